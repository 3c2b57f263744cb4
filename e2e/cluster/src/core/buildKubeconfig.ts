/** What a client needs, in PEM. */
export type KubeconfigParts = {
  /** URL of the apiserver. */
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly user: string;
};

/** A kubeconfig that holds all it needs, so that it can be moved and mounted. JSON is YAML too. */
export function buildKubeconfig({ server, authority, certificate, key, user }: KubeconfigParts): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "ganglion", cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [
      {
        name: user,
        user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
      },
    ],
    contexts: [{ name: "ganglion", context: { cluster: "ganglion", user } }],
    "current-context": "ganglion",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** PEM is ASCII. */
function base64(pem: string): string {
  return btoa(pem);
}
