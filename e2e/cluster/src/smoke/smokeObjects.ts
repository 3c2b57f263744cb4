/** Builders of the objects that the smoke checks create; plain JSON for `kubectl apply`. */
export type SmokeObjects = ReturnType<typeof smokeObjects>;

type PodOptions = {
  readonly args: readonly string[];
  readonly node?: string;
  readonly container?: object;
  readonly pod?: object;
};

const PORT = 8080;
const SECURITY = {
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/** @param image of the probe program */
export function smokeObjects(image: string) {
  const container = (args: readonly string[], more: object = {}): object => ({
    name: "probe",
    image,
    imagePullPolicy: "IfNotPresent",
    args,
    securityContext: SECURITY,
    ...more,
  });
  const spec = ({ args, node, container: more, pod }: PodOptions): object => ({
    terminationGracePeriodSeconds: 1,
    ...(node !== undefined && { nodeName: node }),
    containers: [container(args, more)],
    ...pod,
  });
  return {
    /** A pod that does one thing. */
    pod: (name: string, options: PodOptions): object => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: { restartPolicy: "Never", ...spec(options) },
    }),
    /** One server on each real node, alive and ready by HTTP. */
    echo: (): object => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "echo" },
      spec: {
        selector: { matchLabels: { app: "echo" } },
        template: {
          metadata: { labels: { app: "echo" } },
          spec: spec({
            args: ["serve"],
            container: {
              readinessProbe: { httpGet: { path: "/healthz", port: PORT }, periodSeconds: 1 },
              livenessProbe: { httpGet: { path: "/healthz", port: PORT }, periodSeconds: 5 },
            },
          }),
        },
      },
    }),
    service: (): object => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "echo" },
      spec: { selector: { app: "echo" }, ports: [{ port: 80, targetPort: PORT }] },
    }),
    volume: (name: string, node: string, path: string): object => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: "1Mi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: name,
        persistentVolumeReclaimPolicy: "Retain",
        hostPath: { path, type: "Directory" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] },
            ],
          },
        },
      },
    }),
    claim: (name: string, volume: string): object => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: volume,
        resources: { requests: { storage: "1Mi" } },
      },
    }),
  };
}
