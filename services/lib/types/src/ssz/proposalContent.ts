import { ByteListType, ContainerType, ListCompositeType, UnionType, type ValueOf } from "@chainsafe/ssz";
import { GanglionError } from "../errors.ts";
import { asHeight, type Height, type Hotkey, parseHotkey } from "../ids.ts";
import { asciiFromBytes, asciiToBytes } from "./asciiText.ts";
import {
  bytes32Type,
  countType,
  DOMAINS_LIMIT,
  NAME_LIMIT_BYTES,
  u16Type,
  u32Type,
  u64Type,
} from "./basics.ts";

/** Longest charter; a transaction with it must also fit `maxTxBytes`. */
export const CHARTER_LIMIT_BYTES = 64 * 1024;
/** Parameters that one proposal changes at most. */
const CHANGES_LIMIT = 64;

/** `param` is the position in {@link PARAMETER_NAMES}. */
export type ParameterChange = { readonly param: number; readonly value: bigint };

/** What a proposal would do (rule GOV). */
export type ProposalContent =
  | { readonly kind: "params"; readonly changes: readonly ParameterChange[] }
  /** All domains from then on, by id; `sharePpm` sum to 1,000,000. */
  | {
      readonly kind: "domains";
      readonly domains: readonly { readonly name: string; readonly sharePpm: number }[];
    }
  | { readonly kind: "expel"; readonly hotkey: Hotkey }
  | { readonly kind: "upgrade"; readonly height: Height; readonly name: string }
  /** UTF-8. */
  | { readonly kind: "charter"; readonly text: Uint8Array };

const paramsType = new ContainerType({
  changes: new ListCompositeType(new ContainerType({ param: u16Type, value: u64Type }), CHANGES_LIMIT),
});
const domainsType = new ContainerType({
  domains: new ListCompositeType(
    new ContainerType({ name: new ByteListType(NAME_LIMIT_BYTES), sharePpm: u32Type }),
    DOMAINS_LIMIT,
  ),
});
const expelType = new ContainerType({ hotkey: bytes32Type });
const upgradeType = new ContainerType({ height: countType, name: new ByteListType(NAME_LIMIT_BYTES) });
const charterType = new ContainerType({ text: new ByteListType(CHARTER_LIMIT_BYTES) });

/** Selectors: 0 params, 1 domains, 2 expel, 3 upgrade, 4 charter; append only. */
export const proposalContentType = new UnionType([
  paramsType,
  domainsType,
  expelType,
  upgradeType,
  charterType,
]);

type SszContent = ValueOf<typeof proposalContentType>;

export function proposalContentToSsz(content: ProposalContent): SszContent {
  switch (content.kind) {
    case "params":
      return { selector: 0, value: { changes: content.changes.map((change) => ({ ...change })) } };
    case "domains":
      return {
        selector: 1,
        value: {
          domains: content.domains.map(({ name, sharePpm }) => ({
            name: asciiToBytes(name, "a domain's name"),
            sharePpm,
          })),
        },
      };
    case "expel":
      return { selector: 2, value: { hotkey: content.hotkey } };
    case "upgrade":
      return {
        selector: 3,
        value: { height: content.height, name: asciiToBytes(content.name, "an upgrade's name") },
      };
    case "charter":
      return { selector: 4, value: { text: content.text } };
  }
}

/** @throws GanglionError TX_MALFORMED for values that no content has */
export function proposalContentFromSsz({ value }: SszContent): ProposalContent {
  if ("changes" in value) return { kind: "params", changes: value.changes };
  if ("domains" in value)
    return {
      kind: "domains",
      domains: value.domains.map(({ name, sharePpm }) => ({
        name: asciiFromBytes(name, "a domain's name"),
        sharePpm,
      })),
    };
  if ("hotkey" in value) return { kind: "expel", hotkey: parseHotkey(value.hotkey) };
  if ("height" in value)
    return {
      kind: "upgrade",
      height: asHeight(value.height),
      name: asciiFromBytes(value.name, "an upgrade's name"),
    };
  return { kind: "charter", text: value.text };
}

/** As the state keeps it. */
export function encodeProposalContent(content: ProposalContent): Uint8Array {
  return proposalContentType.serialize(proposalContentToSsz(content));
}

/** @throws GanglionError TX_MALFORMED when the bytes are no content */
export function decodeProposalContent(bytes: Uint8Array): ProposalContent {
  try {
    return proposalContentFromSsz(proposalContentType.deserialize(bytes));
  } catch (cause) {
    throw new GanglionError("TX_MALFORMED", "these bytes are no proposal's content", {}, { cause });
  }
}
