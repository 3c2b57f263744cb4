import { bytesToHex, hexToBytes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import {
  createMnemonic,
  createSigner,
  derivePath,
  deriveSeed,
  KEY_KINDS,
  mnemonicToSeed,
} from "../../src/index.ts";
import { codeOf } from "../gen/codeOf.ts";

/** SLIP-0010, test vector 1 for ed25519: path, private key, public key. */
const VECTOR_1_SEED = "000102030405060708090a0b0c0d0e0f";
const VECTOR_1: readonly (readonly [readonly number[], string, string])[] = [
  [
    [],
    "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
    "a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed",
  ],
  [
    [0],
    "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
    "8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c",
  ],
  [
    [0, 1],
    "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2",
    "1932a5270f335bed617d5b935c80aedb1a35bd9fc1e31acafd5372c30f5c1187",
  ],
  [
    [0, 1, 2, 2, 1_000_000_000],
    "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
    "3c24da049451555d51a7014a37337aa4e12d41e485abccfa46b47dfb2af54b7a",
  ],
];

describe("derivation", () => {
  it.each(VECTOR_1)("gives SLIP-0010's key at m/%j", (path, secret, publicKey) => {
    const seed = derivePath(hexToBytes(VECTOR_1_SEED), path);
    expect(bytesToHex(seed)).toBe(secret);
    expect(bytesToHex(createSigner(seed).publicKey)).toBe(publicKey);
  });

  it("gives each kind and ordinal a seed of its own, at m/44'/7155'/role'/ordinal'", () => {
    const master = new Uint8Array(64).fill(3);
    const roles = [
      ["coldkey", 0],
      ["hotkey", 1],
      ["payer", 2],
    ] as const;
    for (const [kind, role] of roles)
      expect(deriveSeed(master, kind, 1)).toEqual(derivePath(master, [44, 7155, role, 1]));
    const seeds = KEY_KINDS.flatMap((kind) => [0, 1].map((n) => bytesToHex(deriveSeed(master, kind, n))));
    expect(new Set(seeds).size).toBe(6);
  });

  it.each([-1, 0.5, 2 ** 31])("refuses the ordinal %d", (ordinal) => {
    expect(codeOf(() => deriveSeed(new Uint8Array(64), "hotkey", ordinal))).toBe("KEYS_BAD_PATH");
  });
});

describe("a backup phrase", () => {
  const phrase = `${"abandon ".repeat(11)}about`;

  it("gives BIP-39's seed, whatever its case and spaces", () => {
    const seed = bytesToHex(mnemonicToSeed(`  ${phrase.toUpperCase().replace(" ", "\n ")} `, "TREZOR"));
    expect(seed).toBe(
      "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    );
  });

  it("is new each time and readable", () => {
    expect(createMnemonic()).not.toBe(createMnemonic());
    expect(createMnemonic().split(" ")).toHaveLength(24);
    expect(mnemonicToSeed(createMnemonic(12))).toHaveLength(64);
  });

  it("is refused with the reason", () => {
    expect(() => mnemonicToSeed(phrase.replace("about", "abuot"))).toThrow(/word 12/u);
    expect(() => mnemonicToSeed("abandon about")).toThrow(/2 words/u);
    expect(() => mnemonicToSeed(phrase.replace("about", "abandon"))).toThrow(/checksum/u);
    expect(codeOf(() => mnemonicToSeed(""))).toBe("KEYS_BAD_MNEMONIC");
  });
});
