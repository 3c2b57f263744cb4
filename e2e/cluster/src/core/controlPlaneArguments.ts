/** Where a control plane listens and keeps its files. */
export type ControlPlanePlan = {
  /** Address of kube-apiserver, without port; etcd and the others listen on 127.0.0.1. */
  readonly address: string;
  readonly ports: ControlPlanePorts;
  /** The folder of certificates and kubeconfigs. */
  readonly pki: string;
  readonly etcdData: string;
  readonly serviceCidr: string;
  /** Without it nobody makes the service accounts that pods would need. */
  readonly hasControllerManager: boolean;
};

export type ControlPlanePorts = {
  readonly apiserver: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
};

/** The usual ports; free to use in a network namespace of one's own. */
export const USUAL_PORTS: ControlPlanePorts = {
  apiserver: 6443,
  etcd: 2379,
  etcdPeer: 2380,
  controllerManager: 10257,
  scheduler: 10259,
  kwok: 10260,
};

export const CONTROL_PLANE_PROGRAMS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;
export type ControlPlaneProgram = (typeof CONTROL_PLANE_PROGRAMS)[number];

/** The command line of each program of a control plane, without its name. */
export function controlPlaneArguments(
  program: ControlPlaneProgram,
  plan: ControlPlanePlan,
): readonly string[] {
  switch (program) {
    case "etcd":
      return etcdArguments(plan);
    case "kube-apiserver":
      return apiserverArguments(plan);
    case "kube-controller-manager":
      return controllerManagerArguments(plan);
    case "kube-scheduler":
      return schedulerArguments(plan);
    case "kwok":
      return kwokArguments(plan);
  }
}

/** etcd's address for clients. */
export function etcdUrl({ ports }: ControlPlanePlan): string {
  return `http://127.0.0.1:${ports.etcd}`;
}

function etcdArguments(plan: ControlPlanePlan): readonly string[] {
  const peer = `http://127.0.0.1:${plan.ports.etcdPeer}`;
  return [
    "--name=ganglion",
    `--data-dir=${plan.etcdData}`,
    // A test cluster need not outlive a power cut of its machine.
    "--unsafe-no-fsync",
    `--listen-client-urls=${etcdUrl(plan)}`,
    `--advertise-client-urls=${etcdUrl(plan)}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=ganglion=${peer}`,
    "--log-level=warn",
  ];
}

function apiserverArguments(plan: ControlPlanePlan): readonly string[] {
  const { pki, address } = plan;
  const isLoopback = address.startsWith("127.");
  return [
    `--etcd-servers=${etcdUrl(plan)}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${plan.ports.apiserver}`,
    // Endpoints must not name a loopback address.
    ...(isLoopback ? ["--endpoint-reconciler-type=none"] : []),
    `--service-cluster-ip-range=${plan.serviceCidr}`,
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    ...(plan.hasControllerManager ? [] : ["--disable-admission-plugins=ServiceAccount"]),
    `--client-ca-file=${pki}/ca.crt`,
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
    `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    "--kubelet-preferred-address-types=InternalIP",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
    `--proxy-client-key-file=${pki}/front-proxy-client.key`,
  ];
}

/** Client limits are raised: with the defaults 2,048 pods take 103 s, with these 17 s. */
function controllerManagerArguments({ pki, ports }: ControlPlanePlan): readonly string[] {
  return [
    ...asClient(pki, "kube-controller-manager"),
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.controllerManager}`,
    "--leader-elect=false",
    "--use-service-account-credentials=true",
    `--root-ca-file=${pki}/ca.crt`,
    `--service-account-private-key-file=${pki}/sa.key`,
    `--cluster-signing-cert-file=${pki}/ca.crt`,
    `--cluster-signing-key-file=${pki}/ca.key`,
    "--allocate-node-cidrs=false",
    // Made if missing, and by default below the machine's /usr.
    `--flex-volume-plugin-dir=${pki}/volume-plugins`,
    "--kube-api-qps=1000",
    "--kube-api-burst=2000",
  ];
}

function schedulerArguments({ pki, ports }: ControlPlanePlan): readonly string[] {
  return [
    ...asClient(pki, "kube-scheduler"),
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.scheduler}`,
    "--leader-elect=false",
    "--kube-api-qps=2000",
    "--kube-api-burst=4000",
  ];
}

function kwokArguments({ pki, ports }: ControlPlanePlan): readonly string[] {
  return [
    `--kubeconfig=${pki}/kwok.kubeconfig`,
    // Without a file the fast stages that are built in hold.
    "--config=/dev/null",
    // Without leases all fake nodes turn NotReady after a minute.
    "--node-lease-duration-seconds=40",
    "--v=WARN",
    "--manage-all-nodes=false",
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    `--server-address=127.0.0.1:${ports.kwok}`,
    "--node-ip=127.0.0.1",
  ];
}

function asClient(pki: string, name: string): readonly string[] {
  const kubeconfig = `${pki}/${name}.kubeconfig`;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ];
}
