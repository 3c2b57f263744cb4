import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { kubeError } from "./kubeError.ts";

/** TLS of the connection; a plain `http:` server needs none. */
export type ClusterTls = {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
};

/** Who the client is: headers for each request, certificates for the connection. */
export type ClusterCredentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: ClusterTls;
};

/** How to reach one API server, and as whom. */
export type ClusterAccess = {
  /** Address with scheme; a path prefix is kept. */
  readonly server: string;
  /** The namespace that the kubeconfig's context or the service account names. */
  readonly namespace?: string;
  /** Reads files and runs credential plug-ins again where their answers expire. */
  readonly credentials: () => Promise<ClusterCredentials>;
};

/**
 * Access by a kubeconfig file, or by what the environment offers: `KUBECONFIG`, `~/.kube/config`, then the
 * pod's service account.
 * @throws GanglionError KUBE_BAD_CONFIG
 */
export function loadClusterAccess(kubeconfigPath?: string): ClusterAccess {
  const config = new KubeConfig();
  try {
    if (kubeconfigPath === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfigPath);
  } catch (cause) {
    throw kubeError("KUBE_BAD_CONFIG", "the kubeconfig cannot be read", {}, cause);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster) throw kubeError("KUBE_BAD_CONFIG", "the kubeconfig names no current cluster");
  if (cluster.proxyUrl !== undefined)
    throw kubeError("KUBE_BAD_CONFIG", "proxy-url is not supported: reach the API server directly");
  const namespace = config.getContextObject(config.currentContext)?.namespace;
  return {
    server: cluster.server,
    ...(namespace === undefined ? {} : { namespace }),
    credentials: () => readCredentials(config),
  };
}

async function readCredentials(config: KubeConfig): Promise<ClusterCredentials> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw kubeError("KUBE_UNAUTHORIZED", "the credentials cannot be read", {}, cause);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name] = String(value);
  }
  if (typeof options.auth === "string")
    headers["Authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return { headers, tls: readTls(options) };
}

function readTls(options: RequestOptions): ClusterTls {
  const tls: { -readonly [Name in keyof ClusterTls]: ClusterTls[Name] } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const pem = options[name];
    if (typeof pem === "string" || Buffer.isBuffer(pem)) tls[name] = pem;
  }
  if (options.servername !== undefined) tls.servername = options.servername;
  if (options.rejectUnauthorized !== undefined) tls.rejectUnauthorized = options.rejectUnauthorized;
  return tls;
}
