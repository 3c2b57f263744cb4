import { type GenesisDoc, genesisHeight, genesisSigners } from "@ganglion/ledger";
import { bytesToHex, GanglionError, hexToBytes } from "@ganglion/types";
import { APP_VERSION } from "./appVersion.ts";
import { addressOfConsensusKey } from "./keyNames.ts";

/** CometBFT's own bound on the length of a chain id. */
const CHAIN_ID_LIMIT = 50;
/** Header, last commit of the largest set, and the framing of small transactions. */
const BLOCK_OVERHEAD_BYTES = 192 * 1024;
const FRAMING_SHARE = 16;
const EVIDENCE_BYTES = 64 * 1024;
const NANOS_PER_MS = 1_000_000n;

/** @throws GanglionError CHAIN_ID_TOO_LONG for a ledger that CometBFT could not run */
export function assertChainId(chainId: string): void {
  if (chainId.length > CHAIN_ID_LIMIT)
    throw new GanglionError(
      "CHAIN_ID_TOO_LONG",
      `CometBFT takes chain ids of at most ${CHAIN_ID_LIMIT} characters, "${chainId}" has ${chainId.length}: choose a shorter one`,
    );
}

/**
 * CometBFT's genesis of a ledger: its state is named by the hash of our own genesis file, which each node has.
 * @throws GanglionError CHAIN_ID_TOO_LONG
 */
export function encodeNodeGenesis(genesis: GenesisDoc, genesisHash: Uint8Array): string {
  const { chainId, timeMs, params } = genesis;
  assertChainId(chainId);
  const document = {
    genesis_time: new Date(timeMs).toISOString(),
    chain_id: chainId,
    initial_height: String(genesisHeight(genesis) + 1),
    consensus_params: {
      block: { max_bytes: String(blockLimitBytes(params.maxBlockBytes)), max_gas: "-1" },
      evidence: {
        max_age_num_blocks: String(params.evidenceAgeBlocks),
        max_age_duration: String(BigInt(params.evidenceAgeMs) * NANOS_PER_MS),
        max_bytes: String(EVIDENCE_BYTES),
      },
      validator: { pub_key_types: ["ed25519"] },
      version: { app: String(APP_VERSION) },
      abci: { vote_extensions_enable_height: "0" },
    },
    validators: genesisSigners(genesis).map(({ consensusKey, power }) => ({
      address: bytesToHex(addressOfConsensusKey(consensusKey)).toUpperCase(),
      pub_key: {
        type: "tendermint/PubKeyEd25519",
        value: Buffer.from(consensusKey).toString("base64"),
      },
      power: String(power),
      name: "",
    })),
    app_hash: "",
    app_state: { ganglionGenesis: bytesToHex(genesisHash) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * The hash of the ledger's genesis out of CometBFT's.
 * @throws GanglionError CHAIN_OTHER_GENESIS
 */
export function readAppState(bytes: Uint8Array): Uint8Array {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null && "ganglionGenesis" in value)
      return hexToBytes(String(value.ganglionGenesis));
  } catch (cause) {
    throw otherGenesis(cause);
  }
  throw otherGenesis();
}

function otherGenesis(cause?: unknown): GanglionError {
  return new GanglionError(
    "CHAIN_OTHER_GENESIS",
    "the node's genesis.json names no ledger: let this program write it",
    {},
    { cause },
  );
}

function blockLimitBytes(maxBlockBytes: number): number {
  return maxBlockBytes + Math.floor(maxBlockBytes / FRAMING_SHARE) + BLOCK_OVERHEAD_BYTES;
}
