export { DOMAIN_TAGS, type DomainTag, domainTag } from "@ganglion/types";
export { decodeAddress, encodeAddress } from "./address.ts";
export { assertVerifier } from "./assertVerifier.ts";
export { derivePath, deriveSeed } from "./derive.ts";
export {
  decodeKeyfile,
  encodeKeyfile,
  KEY_KINDS,
  type KeyfileContent,
  type KeyfileProtection,
  type KeyfileSummary,
  type KeyKind,
  readKeyfileSummary,
  type ScryptCost,
} from "./keyfile.ts";
export { type Keystore, openKeystore, type StoredKey } from "./keystore.ts";
export { createMnemonic, mnemonicToSeed } from "./mnemonic.ts";
export {
  decodeRequestProof,
  encodeRequestProof,
  matchesBody,
  REQUEST_HEADER,
  type RequestProof,
  type RequestScope,
  requestTimeMs,
  type SignRequest,
  signRequest,
  verifyRequestProof,
} from "./requestSigning.ts";
export { createSigner, type Signer } from "./signer.ts";
export { createTlsAnchor, createTlsLeaf, type TlsLeaf, tlsServerName } from "./tls/certificates.ts";
export { verifySignature } from "./verifySignature.ts";
