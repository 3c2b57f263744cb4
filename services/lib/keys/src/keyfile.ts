import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { bytesToHex, equalBytes, GanglionError, type Hotkey, hexToBytes } from "@ganglion/types";
import { createSigner } from "./signer.ts";

export const KEY_KINDS = ["hotkey", "coldkey", "payer"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** scrypt work factors; 2^17, 8, 1 takes about 0.4 s and 128 MiB. */
export type ScryptCost = { readonly n: number; readonly r: number; readonly p: number };

const DEFAULT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
const MAX_SCRYPT_BYTES = 1024 ** 3;
const MAX_KEYFILE_CHARS = 8192;
const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;

/** What a keyfile says without its password. */
export type KeyfileSummary = {
  readonly kind: KeyKind;
  readonly publicKey: Hotkey;
  readonly encrypted: boolean;
};

export type KeyfileContent = { readonly kind: KeyKind; readonly seed: Uint8Array };

/** How the seed is protected: by a password, or, only for throw-away networks, not at all. */
export type KeyfileProtection =
  | { readonly kind: "password"; readonly password: string; readonly cost?: ScryptCost }
  | { readonly kind: "plain" };

type PlainBox = { readonly method: "none"; readonly seed: string };
type SealedBox = {
  readonly method: "scrypt-aes-256-gcm";
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly nonce: string;
  readonly ciphertext: string;
};
type Keyfile = {
  readonly version: 1;
  readonly kind: KeyKind;
  readonly publicKey: string;
  readonly secret: PlainBox | SealedBox;
};

/** The text (JSON) of a keyfile. Kind and public key are authenticated with the secret. */
export function encodeKeyfile(content: KeyfileContent, protection: KeyfileProtection): string {
  const head = {
    version: 1,
    kind: content.kind,
    publicKey: bytesToHex(createSigner(content.seed).publicKey),
  } as const;
  const secret: PlainBox | SealedBox =
    protection.kind === "plain"
      ? { method: "none", seed: bytesToHex(content.seed) }
      : seal(content.seed, head, protection.password, protection.cost ?? DEFAULT_COST);
  return `${JSON.stringify({ ...head, secret }, null, 2)}\n`;
}

/**
 * What can be read without the password.
 * @throws GanglionError KEYS_BAD_KEYFILE
 */
export function readKeyfileSummary(text: string): KeyfileSummary {
  const file = parseKeyfile(text);
  return {
    kind: file.kind,
    publicKey: hexToBytes(file.publicKey) as Hotkey,
    encrypted: file.secret.method !== "none",
  };
}

/**
 * The secret of a keyfile.
 * @throws GanglionError KEYS_BAD_KEYFILE (not a keyfile, or altered), KEYS_PASSWORD_NEEDED, KEYS_WRONG_PASSWORD
 */
export function decodeKeyfile(text: string, password?: string): KeyfileContent {
  const file = parseKeyfile(text);
  const { secret } = file;
  const seed = secret.method === "none" ? hexToBytes(secret.seed) : open(secret, file, password);
  if (!equalBytes(createSigner(seed).publicKey, hexToBytes(file.publicKey)))
    throw badKeyfile("its secret does not belong to its public key");
  return { kind: file.kind, seed };
}

function seal(
  seed: Uint8Array,
  head: Omit<Keyfile, "secret">,
  password: string,
  cost: ScryptCost,
): SealedBox {
  if (password.length === 0)
    throw new GanglionError("KEYS_PASSWORD_NEEDED", "a keyfile needs a password that is not empty");
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, stretch(password, salt, cost), nonce).setAAD(boundHead(head));
  const body = Buffer.concat([cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
  return {
    method: "scrypt-aes-256-gcm",
    ...cost,
    salt: salt.toString("hex"),
    nonce: nonce.toString("hex"),
    ciphertext: body.toString("hex"),
  };
}

function open(box: SealedBox, head: Omit<Keyfile, "secret">, password: string | undefined): Uint8Array {
  if (password === undefined || password.length === 0)
    throw new GanglionError("KEYS_PASSWORD_NEEDED", "this keyfile is encrypted: give its password");
  const body = hexToBytes(box.ciphertext);
  const decipher = createDecipheriv(
    CIPHER,
    stretch(password, hexToBytes(box.salt), box),
    hexToBytes(box.nonce),
  )
    .setAAD(boundHead(head))
    .setAuthTag(body.subarray(body.length - TAG_BYTES));
  try {
    return new Uint8Array(
      Buffer.concat([decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()]),
    );
  } catch (cause) {
    const message =
      "wrong password, or the keyfile was altered: try again, or restore it from the backup phrase";
    throw new GanglionError("KEYS_WRONG_PASSWORD", message, {}, { cause });
  }
}

function stretch(password: string, salt: Uint8Array, cost: ScryptCost): Buffer {
  const { n, r, p } = cost;
  return scryptSync(password.normalize("NFKC"), salt, 32, { N: n, r, p, maxmem: 129 * n * r * p });
}

function boundHead(head: Omit<Keyfile, "secret">): Buffer {
  return Buffer.from(`ganglion/keyfile/${head.version}/${head.kind}/${head.publicKey}`, "utf8");
}

function parseKeyfile(text: string): Keyfile {
  if (text.length > MAX_KEYFILE_CHARS) throw badKeyfile("it is too long");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badKeyfile("it is not JSON", cause);
  }
  const problem = findProblem(value);
  if (problem !== undefined) throw badKeyfile(problem);
  return value as Keyfile;
}

function findProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return "it is not an object";
  if (value["version"] !== 1) return `its version is ${String(value["version"])}, this program reads 1`;
  if (!KEY_KINDS.some((kind) => kind === value["kind"])) return `kind must be one of ${KEY_KINDS.join(", ")}`;
  if (!isHex(value["publicKey"], 32)) return "publicKey must be 32 bytes in hex";
  const box = value["secret"];
  if (!isRecord(box)) return "secret is missing";
  if (box["method"] === "none")
    return isHex(box["seed"], 32) ? undefined : "secret.seed must be 32 bytes in hex";
  if (box["method"] !== "scrypt-aes-256-gcm") return "secret.method is not known";
  const { n, r, p } = box;
  if (!isCost(n) || !isCost(r) || !isCost(p) || 128 * n * r * p > MAX_SCRYPT_BYTES || Math.log2(n) % 1 !== 0)
    return "its scrypt cost is out of range";
  const lengths = { salt: 16, nonce: 12, ciphertext: 32 + TAG_BYTES };
  const wrong = Object.entries(lengths).find(([name, length]) => !isHex(box[name], length));
  return wrong && `secret.${wrong[0]} must be ${wrong[1]} bytes in hex`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === 2 * length && /^[0-9a-f]*$/u.test(value);
}

function isCost(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function badKeyfile(why: string, cause?: unknown): GanglionError {
  return new GanglionError("KEYS_BAD_KEYFILE", `not a usable keyfile: ${why}`, {}, { cause });
}
