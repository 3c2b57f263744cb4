import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildKubeconfig } from "../core/buildKubeconfig.ts";
import {
  AUTHORITIES,
  buildOpensslConfig,
  type CertificatePlan,
  CLIENTS,
  subjectOf,
} from "../core/certificatePlan.ts";
import { runCommand } from "./runCommand.ts";

const DAYS = "3650";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes authorities, certificates and the key of service accounts in a folder, by OpenSSL 3. */
export async function writeCertificates(pki: string, plans: readonly CertificatePlan[]): Promise<void> {
  mkdirSync(pki, { recursive: true, mode: 0o700 });
  const config = join(pki, "openssl.cnf");
  writeFileSync(config, buildOpensslConfig(plans));
  const issue = (name: string, subject: string, signer: readonly string[]): Promise<string> =>
    runCommand("openssl", [
      ...["req", "-x509", "-config", config, "-extensions", name, "-subj", subject, "-days", DAYS],
      ...[...NEW_KEY, "-keyout", join(pki, `${name}.key`), "-out", join(pki, `${name}.crt`), ...signer],
    ]);
  await Promise.all(AUTHORITIES.map((name) => issue(name, `/CN=ganglion-${name}`, [])));
  await Promise.all(
    plans.map((plan) =>
      issue(plan.name, subjectOf(plan), [
        ...["-CA", join(pki, `${plan.authority}.crt`), "-CAkey", join(pki, `${plan.authority}.key`)],
      ]),
    ),
  );
  writeServiceAccountKey(pki);
}

/** Writes NAME.kubeconfig for each client of the control plane and for the named nodes. */
export function writeKubeconfigs(pki: string, server: string, nodes: readonly string[]): void {
  const names = [...CLIENTS.map(({ name }) => name), ...nodes.map((node) => `kubelet-${node}`)];
  for (const name of names) writeKubeconfig(join(pki, `${name}.kubeconfig`), { pki, name, server });
}

/** One kubeconfig with the certificate of that name. */
export function writeKubeconfig(
  path: string,
  { pki, name, server }: { readonly pki: string; readonly name: string; readonly server: string },
): void {
  const read = (file: string): string => readFileSync(join(pki, file), "utf8");
  const text = buildKubeconfig({
    server,
    authority: read("ca.crt"),
    certificate: read(`${name}.crt`),
    key: read(`${name}.key`),
    user: name,
  });
  writeFileSync(path, text, { mode: 0o600 });
}

function writeServiceAccountKey(pki: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(join(pki, "sa.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(pki, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
}
