import { GanglionError } from "@ganglion/types";
import { generateMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

const STRENGTH_BITS = { 12: 128, 24: 256 } as const;

/** A new BIP-39 English backup phrase from the system's random source. */
export function createMnemonic(words: 12 | 24 = 24): string {
  return generateMnemonic(wordlist, STRENGTH_BITS[words]);
}

/**
 * The 64-byte master seed of a backup phrase, for `deriveSeed`.
 * @throws GanglionError KEYS_BAD_MNEMONIC naming the first unknown word, a wrong count or a wrong checksum
 */
export function mnemonicToSeed(phrase: string, passphrase = ""): Uint8Array {
  const words = phrase.trim().toLowerCase().split(/\s+/u);
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) throw bad(`word ${unknown + 1} is not in the English word list`);
  if (![12, 15, 18, 21, 24].includes(words.length)) throw bad(`it has ${words.length} words, not 12 or 24`);
  const clean = words.join(" ");
  if (!validateMnemonic(clean, wordlist)) throw bad("its checksum is wrong: check the order of the words");
  return mnemonicToSeedSync(clean, passphrase);
}

function bad(why: string): GanglionError {
  return new GanglionError("KEYS_BAD_MNEMONIC", `not a backup phrase: ${why}`);
}
