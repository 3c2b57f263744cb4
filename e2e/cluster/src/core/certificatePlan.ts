/** One certificate and what it proves. */
export type CertificatePlan = {
  /** Of its files: NAME.crt and NAME.key. */
  readonly name: string;
  readonly authority: Authority;
  readonly commonName: string;
  /** The Kubernetes group that its holder is in. */
  readonly organisation?: string;
  readonly uses: readonly ("serverAuth" | "clientAuth")[];
  /** In OpenSSL's form: DNS:name or IP:address. */
  readonly alternativeNames?: readonly string[];
};

/** The cluster's authority, and the one of the front proxy, which must be another. */
export const AUTHORITIES = ["ca", "front-proxy-ca"] as const;
type Authority = (typeof AUTHORITIES)[number];

/** Clients that get a kubeconfig, with their identity. */
export const CLIENTS: readonly CertificatePlan[] = [
  client("admin", "admin", "system:masters"),
  client("kube-controller-manager", "system:kube-controller-manager"),
  client("kube-scheduler", "system:kube-scheduler"),
  client("kube-proxy", "system:kube-proxy"),
  client("kwok", "kwok", "system:masters"),
];

/** The subject alternative names under which an apiserver is reached. */
export type ApiserverNames = { readonly addresses: readonly string[] };

/** All certificates of a control plane without those of nodes. */
export function planControlPlaneCertificates({ addresses }: ApiserverNames): readonly CertificatePlan[] {
  return [
    {
      name: "apiserver",
      authority: "ca",
      commonName: "kube-apiserver",
      uses: ["serverAuth"],
      alternativeNames: [
        ...["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map((n) => `DNS:${n}`),
        "DNS:kubernetes.default.svc.cluster.local",
        ...addresses.map((address) => `IP:${address}`),
      ],
    },
    client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters"),
    { ...client("front-proxy-client", "front-proxy-client"), authority: "front-proxy-ca" },
    ...CLIENTS,
  ];
}

/** A kubelet serves and calls with the same certificate. */
export function planNodeCertificate(node: {
  readonly name: string;
  readonly address: string;
}): CertificatePlan {
  return {
    ...client(`kubelet-${node.name}`, `system:node:${node.name}`, "system:nodes"),
    uses: ["serverAuth", "clientAuth"],
    alternativeNames: [`DNS:${node.name}`, `IP:${node.address}`],
  };
}

/** The configuration for `openssl req`: one section of extensions a certificate, named like it. */
export function buildOpensslConfig(plans: readonly CertificatePlan[]): string {
  const authorities = AUTHORITIES.map(
    (name) =>
      `[${name}]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n`,
  );
  const leaves = plans.map(({ name, uses, alternativeNames }) =>
    [
      `[${name}]`,
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature,keyEncipherment",
      `extendedKeyUsage=${uses.join(",")}`,
      ...(alternativeNames ? [`subjectAltName=${alternativeNames.join(",")}`] : []),
      "",
    ].join("\n"),
  );
  return ["[req]\ndistinguished_name=subject\nprompt=no\n[subject]\n", ...authorities, ...leaves].join("\n");
}

/** The subject in OpenSSL's form. */
export function subjectOf({ commonName, organisation }: CertificatePlan): string {
  return `${organisation === undefined ? "" : `/O=${organisation}`}/CN=${commonName}`;
}

function client(name: string, commonName: string, organisation?: string): CertificatePlan {
  return {
    name,
    authority: "ca",
    commonName,
    uses: ["clientAuth"],
    ...(organisation !== undefined && { organisation }),
  };
}
