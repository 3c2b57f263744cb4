import { GanglionError } from "@ganglion/types";

/** A layer as it lies in the archive. */
export type Layer = {
  /** sha256 of the blob, hexadecimal. */
  readonly digest: string;
  /** sha256 of the uncompressed tar, hexadecimal; equal to `digest` for one that is not compressed. */
  readonly diffId: string;
  readonly sizeBytes: number;
  readonly isCompressed: boolean;
};

/** The processors that images are made for, by OCI's names. */
export type Architecture = "amd64" | "arm64";

/** For which processor an image is, and how a container of it is started. */
export type ImageSettings = {
  readonly architecture: Architecture;
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** UID:GID. */
  readonly user?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** A blob and where it is found. */
export type Blob = { readonly digest: string; readonly sizeBytes: number };

const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

/** OCI's name of what Node calls `x64` or `arm64`. @throws GanglionError CLUSTER_MACHINE for others */
export function architectureOf(nodeName: string): Architecture {
  if (nodeName === "x64") return "amd64";
  if (nodeName === "arm64") return "arm64";
  throw new GanglionError("CLUSTER_MACHINE", `images are made on x64 and arm64 machines, not on ${nodeName}`);
}

/** The image configuration, OCI image-spec 1.1. The same input gives the same text: it holds no time. */
export function imageConfig(settings: ImageSettings, layers: readonly Layer[]): string {
  const { architecture, entrypoint, env = {}, workingDir = "/", user, labels } = settings;
  return JSON.stringify({
    architecture,
    os: "linux",
    config: {
      ...(user !== undefined && { User: user }),
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: entrypoint,
      WorkingDir: workingDir,
      ...(labels && { Labels: labels }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
  });
}

/** The manifest that ties a configuration to its layers. */
export function imageManifest(config: Blob, layers: readonly Layer[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: `sha256:${config.digest}`, size: config.sizeBytes },
    layers: layers.map((layer) => ({
      mediaType: layer.isCompressed ? `${LAYER_TYPE}+gzip` : LAYER_TYPE,
      digest: `sha256:${layer.digest}`,
      size: layer.sizeBytes,
    })),
  });
}

/** index.json of an OCI layout with one image, with the name under which containerd imports it. */
export function imageIndex(manifest: Blob, reference: string, architecture: Architecture): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [
      {
        mediaType: MANIFEST_TYPE,
        digest: `sha256:${manifest.digest}`,
        size: manifest.sizeBytes,
        platform: { architecture, os: "linux" },
        annotations: {
          "io.containerd.image.name": reference,
          "org.opencontainers.image.ref.name": reference.slice(reference.lastIndexOf(":") + 1),
        },
      },
    ],
  });
}
