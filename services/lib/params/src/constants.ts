/** 1 GLN in spikes, the base unit of money. */
export const SPIKES_PER_GLN = 1_000_000_000n;

/** Width of a representation (float16 values a position), as the synapse protocol fixes it. */
export const NETWORK_DIM = 1024;

/** The vocabulary is bytes. */
export const BYTE_VOCABULARY = 256;

/** A Forward call may ask for at most this many positions of one context. */
export const MAX_POSITIONS_PER_CONTEXT = 64;

/** Longest context in bytes that a miner must accept. */
export const MAX_CONTEXT_BYTES = 1024;

/** Contexts in one Forward call, at most. */
export const MAX_CONTEXTS_PER_CALL = 128;

/** Rows that one Forward call may ask for, over all its contexts: their answer fits a message of 8 MiB. */
export const MAX_ROWS_PER_CALL = 4_000;

/** Kubernetes API group and version of Miner, Validator and ChainNode. */
export const API_VERSION = "ganglion.dev/v1alpha1";

/** Human-readable part of bech32m account addresses. */
export const ADDRESS_PREFIX = "gln";

/** Of the scoring rules of this program's validator; the parameter `weightsVersion` refuses what is older. */
export const WEIGHTS_VERSION = 1;
