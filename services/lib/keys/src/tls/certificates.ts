import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Hotkey } from "@ganglion/types";
import { base32nopad } from "@scure/base";
import type { Signer } from "../signer.ts";
import {
  derBitString,
  derElement,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSet,
  derTime,
  derUtf8,
  pemCertificate,
} from "./der.ts";

const OID = {
  ed25519: "2b6570",
  commonName: "550403",
  basicConstraints: "551d13",
  keyUsage: "551d0f",
  extendedKeyUsage: "551d25",
  subjectAltName: "551d11",
  serverAuth: "2b06010505070301",
};
const ANCHOR_FROM_MS = Date.UTC(2020, 0, 1);
const ANCHOR_UNTIL_MS = Date.UTC(2099, 11, 31);
const BACKDATE_MS = 5 * 60_000;
const DAY_MS = 24 * 3_600_000;
const BOOLEAN_TRUE = Uint8Array.of(0x01, 0x01, 0xff);

/** A server's certificate and the private key that belongs to it. */
export type TlsLeaf = {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly notAfterMs: number;
};

/** The name a neuron's server answers to: `<base32 of the hotkey>.neuron`, also its SNI. */
export function tlsServerName(hotkey: Hotkey): string {
  return `${base32nopad.encode(hotkey).toLowerCase()}.neuron`;
}

/**
 * The certificate authority that a hotkey is, built by whoever knows its 32 bytes. Its own signature is empty:
 * a verifier takes a trust anchor on trust and checks only what the anchor signed. Deterministic.
 */
export function createTlsAnchor(hotkey: Hotkey): string {
  const name = authorityName(hotkey);
  const toBeSigned = certificateBody({
    serial: Uint8Array.of(1),
    issuer: name,
    subject: name,
    fromMs: ANCHOR_FROM_MS,
    untilMs: ANCHOR_UNTIL_MS,
    publicKey: hotkey,
    extensions: [
      extension(OID.basicConstraints, derSequence(BOOLEAN_TRUE, derInteger(Uint8Array.of(0))), true),
      extension(OID.keyUsage, derBitString(Uint8Array.of(0x04), 2), true),
    ],
  });
  return pemCertificate(certificate(toBeSigned, new Uint8Array(64)));
}

/** A fresh key and its certificate for a day, signed by the hotkey; each pod makes its own. */
export function createTlsLeaf(signer: Signer, nowMs: number, validMs = DAY_MS): TlsLeaf {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" });
  const dnsName = derElement(0x82, Buffer.from(tlsServerName(signer.publicKey), "ascii"));
  const notAfterMs = nowMs + validMs;
  const toBeSigned = certificateBody({
    serial: randomBytes(16),
    issuer: authorityName(signer.publicKey),
    subject: commonName("ganglion neuron"),
    fromMs: nowMs - BACKDATE_MS,
    untilMs: notAfterMs,
    publicKey: spki.subarray(spki.length - 32),
    extensions: [
      extension(OID.subjectAltName, derSequence(dnsName), false),
      extension(OID.extendedKeyUsage, derSequence(derOid(OID.serverAuth)), false),
    ],
  });
  return {
    certificatePem: pemCertificate(certificate(toBeSigned, signer.sign(toBeSigned))),
    privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    notAfterMs,
  };
}

type CertificateBody = {
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Uint8Array[];
};

function certificateBody(body: CertificateBody): Buffer {
  return derSequence(
    derElement(0xa0, derInteger(Uint8Array.of(2))),
    derInteger(body.serial),
    derSequence(derOid(OID.ed25519)),
    body.issuer,
    derSequence(derTime(body.fromMs), derTime(body.untilMs)),
    body.subject,
    derSequence(derSequence(derOid(OID.ed25519)), derBitString(body.publicKey)),
    derElement(0xa3, derSequence(...body.extensions)),
  );
}

function certificate(toBeSigned: Uint8Array, signature: Uint8Array): Buffer {
  return derSequence(toBeSigned, derSequence(derOid(OID.ed25519)), derBitString(signature));
}

function extension(oid: string, value: Uint8Array, critical: boolean): Buffer {
  return derSequence(derOid(oid), ...(critical ? [BOOLEAN_TRUE] : []), derOctetString(value));
}

function authorityName(hotkey: Hotkey): Buffer {
  return commonName(base32nopad.encode(hotkey).toLowerCase());
}

function commonName(text: string): Buffer {
  return derSequence(derSet(derSequence(derOid(OID.commonName), derUtf8(text))));
}
