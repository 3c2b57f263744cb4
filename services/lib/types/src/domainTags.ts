import { utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * What a key may sign or a hash may commit to, one tag each, so that bytes made for one purpose are void for
 * every other. Text followed by a zero byte: no tag is a prefix of another, and none begins with 0x30, which
 * begins a DER certificate, the only thing that a hotkey signs without a tag.
 */
export const DOMAIN_TAGS = {
  address: "ganglion/address/1",
  bindKey: "ganglion/bind-key/1",
  block: "ganglion/block/1",
  genesis: "ganglion/genesis/1",
  modelCard: "ganglion/model-card/1",
  modelFile: "ganglion/model-file/1",
  request: "ganglion/request/1",
  salt: "ganglion/salt/1",
  transaction: "ganglion/transaction/1",
  weights: "ganglion/weights/1",
  work: "ganglion/work/1",
} as const;

export type DomainTag = keyof typeof DOMAIN_TAGS;

/** The bytes of a tag: its text in UTF-8 and a zero byte. */
export function domainTag(tag: DomainTag): Uint8Array {
  return utf8ToBytes(`${DOMAIN_TAGS[tag]}\0`);
}
