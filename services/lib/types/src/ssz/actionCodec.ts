import type { ValueOf } from "@chainsafe/ssz";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { GanglionError } from "../errors.ts";
import { asEpochIndex, asHeight, asSpikes, parseAddressBytes, parseHotkey } from "../ids.ts";
import { ACTION_KINDS, type ACTION_TYPES, type Action, type actionType, type NeuronRole } from "./action.ts";
import { weightRowsFromSsz, weightRowsToSsz } from "./weightRow.ts";

type SszAction = ValueOf<typeof actionType>;
type SszOf<Kind extends keyof typeof ACTION_TYPES> = ValueOf<(typeof ACTION_TYPES)[Kind]>;
type SszProof = SszOf<"register">["proof"];

const ROLES: readonly NeuronRole[] = ["miner", "validator"];

export function actionToSsz(action: Action): SszAction {
  return { selector: ACTION_KINDS.indexOf(action.kind), value: sszValueOf(action) };
}

/** @throws GanglionError TX_MALFORMED for values that no action has */
export function actionFromSsz({ selector, value }: SszAction): Action {
  const kind = ACTION_KINDS[selector];
  if (kind === undefined) throw malformed(`unknown action ${selector}`);
  return DECODERS[kind](value);
}

function sszValueOf(action: Action): SszAction["value"] {
  switch (action.kind) {
    case "transfer":
      return { to: action.to, amount: action.amount };
    case "register":
      return { hotkey: action.hotkey, owner: action.owner, proof: proofToSsz(action.proof) };
    case "serve":
      return {
        role: ROLES.indexOf(action.role) + 1,
        host: hostToBytes(action.host),
        port: action.port,
        modelDigest: action.modelDigest,
        version: action.version,
      };
    case "unserve":
      return { reserved: 0 };
    case "commitWeights":
      return { epoch: action.epoch, commitment: action.commitment };
    case "revealWeights":
      return { epoch: action.epoch, rows: weightRowsToSsz(action.rows), salt: action.salt };
    case "stake":
    case "unstake":
      return { hotkey: action.hotkey, amount: action.amount };
  }
}

/** The selector has decided the type: the one place where a union's value is narrowed by it. */
const DECODERS: { readonly [Kind in Action["kind"]]: (value: unknown) => Action } = {
  transfer: (value) => {
    const { to, amount } = value as SszOf<"transfer">;
    return { kind: "transfer", to: parseAddressBytes(to), amount: asSpikes(amount) };
  },
  register: (value) => {
    const { hotkey, owner, proof } = value as SszOf<"register">;
    return {
      kind: "register",
      hotkey: parseHotkey(hotkey),
      owner: parseAddressBytes(owner),
      proof: proofFromSsz(proof),
    };
  },
  serve: (value) => {
    const { role, host, port, modelDigest, version } = value as SszOf<"serve">;
    const name = ROLES[role - 1];
    if (name === undefined) throw malformed(`unknown role ${role}`);
    return { kind: "serve", role: name, host: hostFromBytes(host), port, modelDigest, version };
  },
  unserve: (value) => {
    const { reserved } = value as SszOf<"unserve">;
    if (reserved !== 0) throw malformed("unserve's reserved byte must be zero");
    return { kind: "unserve" };
  },
  commitWeights: (value) => {
    const { epoch, commitment } = value as SszOf<"commitWeights">;
    return { kind: "commitWeights", epoch: asEpochIndex(epoch), commitment };
  },
  revealWeights: (value) => {
    const { epoch, rows, salt } = value as SszOf<"revealWeights">;
    return { kind: "revealWeights", epoch: asEpochIndex(epoch), rows: weightRowsFromSsz(rows), salt };
  },
  stake: (value) => {
    const { hotkey, amount } = value as SszOf<"stake">;
    return { kind: "stake", hotkey: parseHotkey(hotkey), amount: asSpikes(amount) };
  },
  unstake: (value) => {
    const { hotkey, amount } = value as SszOf<"unstake">;
    return { kind: "unstake", hotkey: parseHotkey(hotkey), amount: asSpikes(amount) };
  },
};

function proofToSsz(proof: Extract<Action, { kind: "register" }>["proof"]): SszProof {
  return proof.kind === "work"
    ? { selector: 0, value: { height: proof.height, nonce: proof.nonce } }
    : { selector: 1, value: { maxPrice: proof.maxPrice } };
}

function proofFromSsz({ value }: SszProof): Extract<Action, { kind: "register" }>["proof"] {
  return "nonce" in value
    ? { kind: "work", height: asHeight(value.height), nonce: value.nonce }
    : { kind: "burn", maxPrice: asSpikes(value.maxPrice) };
}

function hostToBytes(host: string): Uint8Array {
  const bytes = utf8ToBytes(host);
  hostFromBytes(bytes);
  return bytes;
}

function hostFromBytes(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte <= 0x20 || byte >= 0x7f))
    throw malformed("a host is printable ASCII without blanks");
  return String.fromCharCode(...bytes);
}

function malformed(message: string): GanglionError {
  return new GanglionError("TX_MALFORMED", message);
}
