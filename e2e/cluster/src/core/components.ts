/** One program of the cluster and how it is built out of its module. */
export type Program = {
  /** Also the file's name. */
  readonly name: string;
  /** The Go package of its main function. */
  readonly package: string;
};

/** A set of programs that share one go.mod. */
export type Component = {
  readonly name: string;
  /** The folder that holds go.mod and go.sum, below the cluster's own folder. */
  readonly folder: string;
  readonly programs: readonly Program[];
  /** Go's -X settings: what the programs say of their version. */
  readonly variables: Readonly<Record<string, string>>;
};

/** The version that go.mod of `kubernetes` pins. */
export const KUBERNETES_VERSION = "v1.35.4";

const CONTAINERD = "github.com/containerd/containerd/v2/cmd";
const VERSION_PACKAGES = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];

/** In the order in which they are built: what tests of a control plane need comes first. */
export const COMPONENTS: readonly Component[] = [
  {
    name: "pause",
    folder: "programs/pause",
    programs: [{ name: "pause", package: "." }],
    variables: {},
  },
  {
    name: "probe",
    folder: "programs/probe",
    programs: [{ name: "probe", package: "." }],
    variables: {},
  },
  {
    name: "etcd",
    folder: "modules/etcd",
    programs: [{ name: "etcd", package: "go.etcd.io/etcd/server/v3" }],
    variables: {},
  },
  {
    name: "kubernetes",
    folder: "modules/kubernetes",
    programs: [
      "kube-apiserver",
      "kube-controller-manager",
      "kubectl",
      "kube-scheduler",
      "kubelet",
      "kube-proxy",
    ].map((name) => ({ name, package: `k8s.io/kubernetes/cmd/${name}` })),
    variables: kubernetesVariables(KUBERNETES_VERSION),
  },
  {
    name: "containerd",
    folder: "modules/containerd",
    programs: ["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => ({
      name,
      package: `${CONTAINERD}/${name}`,
    })),
    variables: {},
  },
  {
    name: "coredns",
    folder: "modules/coredns",
    programs: [{ name: "coredns", package: "github.com/coredns/coredns" }],
    variables: {},
  },
  {
    name: "kwok",
    folder: "modules/kwok",
    programs: [{ name: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" }],
    variables: {},
  },
  {
    name: "helm",
    folder: "modules/helm",
    programs: [{ name: "helm", package: "helm.sh/helm/v3/cmd/helm" }],
    variables: {},
  },
];

/** Names of all programs, in build order. */
export const PROGRAMS: readonly string[] = COMPONENTS.flatMap(({ programs }) =>
  programs.map(({ name }) => name),
);

/** The arguments of `go` that build one program: reproducible, without paths, times or symbols. */
export function buildArguments(component: Component, program: Program, output: string): readonly string[] {
  const variables = Object.entries(component.variables).map(([name, value]) => `-X ${name}=${value}`);
  return ["build", "-trimpath", "-ldflags", ["-s -w", ...variables].join(" "), "-o", output, program.package];
}

function kubernetesVariables(version: string): Readonly<Record<string, string>> {
  const [major = "", minor = ""] = version.slice(1).split(".");
  const facts = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: "unknown",
    buildDate: "1970-01-01T00:00:00Z",
  };
  return Object.fromEntries(
    VERSION_PACKAGES.flatMap((path) =>
      Object.entries(facts).map(([name, value]) => [`${path}.${name}`, value]),
    ),
  );
}
