import {
  DEFAULT_SHAPE,
  encodeModelCard,
  type ModelCard,
  parameterCount,
  parseModelCard,
  signModelCard,
} from "@ganglion/expert";
import { createSigner, verifySignature } from "@ganglion/keys";
import { domainTag } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";

const card: ModelCard = {
  format: 1,
  name: "français",
  plugin: "expert",
  shape: DEFAULT_SHAPE,
  parameterCount: parameterCount(DEFAULT_SHAPE),
  modelDigest: "0".repeat(64),
  dataDigest: "f".repeat(64),
  heldOutBitsPerByte: 1.75,
  trainedSteps: 200,
  plannedSteps: 800,
  license: "Apache-2.0",
};
const signer = createSigner(new Uint8Array(32).fill(5));
const signed = signModelCard(card, signer);
const text = encodeModelCard(signed);
const parse = (written: string) => parseModelCard(written, verifySignature);
const coded = (code: string) => expect.objectContaining({ code });

describe("a model card", () => {
  it("survives being written and read, in any order and spacing", () => {
    expect(parse(text)).toEqual(signed);
    expect(parse(JSON.stringify(Object.fromEntries(Object.entries(signed).reverse())))).toEqual(signed);
  });

  it("is signed over its tag and every fact", () => {
    const messages: Uint8Array[] = [];
    const sign = (message: Uint8Array): Uint8Array => {
      messages.push(message);
      return new Uint8Array(64);
    };
    signModelCard(card, { publicKey: signer.publicKey, sign });
    const tag = domainTag("modelFile");
    expect(messages[0]?.subarray(0, tag.length)).toEqual(tag);
    const facts = { ...card, ...card.shape, shape: undefined };
    for (const fact of Object.values(facts).filter((value) => value !== undefined))
      expect(new TextDecoder().decode(messages[0]?.subarray(tag.length))).toContain(JSON.stringify(fact));
  });

  it.each([
    ["a better figure", text.replace("1.75", "1.25")],
    ["another model", text.replace("0".repeat(64), "1".repeat(64))],
    ["another shape", text.replace(`"width": ${DEFAULT_SHAPE.width}`, '"width": 8')],
    [
      "another signer",
      text.replace(signed.signer, signModelCard(card, createSigner(new Uint8Array(32))).signer),
    ],
    [
      "a signature of another text",
      text.replace(signed.signature, signModelCard({ ...card, name: "x" }, signer).signature),
    ],
  ])("is refused with %s than was signed", (_, changed) => {
    expect(changed).not.toBe(text);
    expect(() => parse(changed)).toThrow(coded("EXPERT_BAD_SIGNATURE"));
  });

  it("is refused without a signature, saying what to do", () => {
    const unsigned = `${JSON.stringify(card)}\n`;
    expect(() => parse(unsigned)).toThrow(coded("EXPERT_UNSIGNED_CARD"));
    expect(() => parse(unsigned)).toThrow("publish the model again");
  });

  it.each([
    ["no JSON", "{"],
    ["another format", text.replace('"format": 1', '"format": 2')],
    ["a short digest", text.replace("0".repeat(64), "0")],
    ["a missing shape", text.replace('"shape"', '"form"')],
    ["a negative count", text.replace('"trainedSteps": 200', '"trainedSteps": -1')],
    ["a short signature", text.replace(signed.signature, "00")],
    ["a key that is none", text.replace(signed.signer, "me")],
  ])("is refused with %s", (_, written) => {
    expect(() => parse(written)).toThrow(coded("EXPERT_BAD_CARD"));
  });
});
