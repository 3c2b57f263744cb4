import type { ValueOf } from "@chainsafe/ssz";
import { GanglionError } from "../errors.ts";
import { asEpochIndex, asHeight, asSpikes, parseAddressBytes, parseHotkey } from "../ids.ts";
import {
  ACTION_KINDS,
  type ACTION_TYPES,
  type Action,
  type actionType,
  type NeuronRole,
  type RecordKind,
  type VoteChoice,
} from "./action.ts";
import { asciiFromBytes, asciiToBytes } from "./asciiText.ts";
import { proposalContentFromSsz, proposalContentToSsz } from "./proposalContent.ts";
import { weightRowsFromSsz, weightRowsToSsz } from "./weightRow.ts";

type SszAction = ValueOf<typeof actionType>;
type SszOf<Kind extends keyof typeof ACTION_TYPES> = ValueOf<(typeof ACTION_TYPES)[Kind]>;
type SszProof = SszOf<"register">["proof"];

/** On the wire from 1 on, so that a forgotten field is malformed. */
const ROLES: readonly NeuronRole[] = ["miner", "validator"];
export const RECORD_KINDS: readonly RecordKind[] = ["dataset", "modelCard"];
export const VOTE_CHOICES: readonly VoteChoice[] = ["yes", "no"];

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
        host: asciiToBytes(action.host, "a host"),
        port: action.port,
        modelDigest: action.modelDigest,
        version: action.version,
      };
    case "unserve":
    case "unbindKey":
      return { reserved: 0 };
    case "commitWeights":
      return { epoch: action.epoch, commitment: action.commitment };
    case "revealWeights":
      return {
        epoch: action.epoch,
        rows: weightRowsToSsz(action.rows),
        salt: action.salt,
        version: action.version,
      };
    case "stake":
    case "unstake":
      return { hotkey: action.hotkey, amount: action.amount };
    case "moveStake":
      return { fromHotkey: action.from, toHotkey: action.to, amount: action.amount };
    case "setTake":
      return { hotkey: action.hotkey, takePpm: action.takePpm };
    case "bindKey":
      return { consensusKey: action.consensusKey, proof: action.proof };
    case "swapHotkey":
      return { hotkey: action.hotkey, newHotkey: action.newHotkey };
    case "publishRecord":
      return {
        recordKind: RECORD_KINDS.indexOf(action.recordKind) + 1,
        name: asciiToBytes(action.name, "a record's name"),
        digest: action.digest,
        uri: asciiToBytes(action.uri, "a URI"),
      };
    case "propose":
      return { content: proposalContentToSsz(action.content) };
    case "vote":
      return {
        proposal: action.proposal,
        hotkey: action.hotkey,
        choice: VOTE_CHOICES.indexOf(action.choice) + 1,
      };
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
    return { kind: "serve", role: name, host: asciiFromBytes(host, "a host"), port, modelDigest, version };
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
    const { epoch, rows, salt, version } = value as SszOf<"revealWeights">;
    return {
      kind: "revealWeights",
      epoch: asEpochIndex(epoch),
      rows: weightRowsFromSsz(rows),
      salt,
      version,
    };
  },
  stake: (value) => {
    const { hotkey, amount } = value as SszOf<"stake">;
    return { kind: "stake", hotkey: parseHotkey(hotkey), amount: asSpikes(amount) };
  },
  unstake: (value) => {
    const { hotkey, amount } = value as SszOf<"unstake">;
    return { kind: "unstake", hotkey: parseHotkey(hotkey), amount: asSpikes(amount) };
  },
  moveStake: (value) => {
    const { fromHotkey, toHotkey, amount } = value as SszOf<"moveStake">;
    return {
      kind: "moveStake",
      from: parseHotkey(fromHotkey),
      to: parseHotkey(toHotkey),
      amount: asSpikes(amount),
    };
  },
  setTake: (value) => {
    const { hotkey, takePpm } = value as SszOf<"setTake">;
    return { kind: "setTake", hotkey: parseHotkey(hotkey), takePpm };
  },
  bindKey: (value) => {
    const { consensusKey, proof } = value as SszOf<"bindKey">;
    return { kind: "bindKey", consensusKey, proof };
  },
  unbindKey: (value) => {
    const { reserved } = value as SszOf<"unbindKey">;
    if (reserved !== 0) throw malformed("unbindKey's reserved byte must be zero");
    return { kind: "unbindKey" };
  },
  swapHotkey: (value) => {
    const { hotkey, newHotkey } = value as SszOf<"swapHotkey">;
    return { kind: "swapHotkey", hotkey: parseHotkey(hotkey), newHotkey: parseHotkey(newHotkey) };
  },
  publishRecord: (value) => {
    const { recordKind, name, digest, uri } = value as SszOf<"publishRecord">;
    const kind = RECORD_KINDS[recordKind - 1];
    if (kind === undefined) throw malformed(`unknown record kind ${recordKind}`);
    return {
      kind: "publishRecord",
      recordKind: kind,
      name: asciiFromBytes(name, "a record's name"),
      digest,
      uri: asciiFromBytes(uri, "a URI"),
    };
  },
  propose: (value) => {
    const { content } = value as SszOf<"propose">;
    return { kind: "propose", content: proposalContentFromSsz(content) };
  },
  vote: (value) => {
    const { proposal, hotkey, choice } = value as SszOf<"vote">;
    const name = VOTE_CHOICES[choice - 1];
    if (name === undefined) throw malformed(`unknown choice ${choice}`);
    return { kind: "vote", proposal, hotkey: parseHotkey(hotkey), choice: name };
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

function malformed(message: string): GanglionError {
  return new GanglionError("TX_MALFORMED", message);
}
