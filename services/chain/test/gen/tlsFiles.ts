import { execFileSync } from "node:child_process";
import { join } from "node:path";

export type TlsFiles = { readonly caFile: string; readonly certFile: string; readonly keyFile: string };

/** A certificate for localhost, as which the client checks an address, that is its own authority, for server and client. */
export function makeTlsFiles(folder: string): TlsFiles {
  const certFile = join(folder, "tls.crt");
  const keyFile = join(folder, "tls.key");
  const subject = ["-subj", "/CN=ganglion-test", "-addext", "subjectAltName=DNS:localhost"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, "-out", certFile, ...subject], { stdio: "ignore" });
  return { caFile: certFile, certFile, keyFile };
}
