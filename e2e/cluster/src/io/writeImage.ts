import { createHash } from "node:crypto";
import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Blob, type ImageSettings, imageConfig, imageIndex, imageManifest } from "../core/ociImage.ts";
import { type PackedLayer, packTar } from "./packLayer.ts";

export type ImageOptions = {
  /** For example ganglion.dev/miner:0.0.0. */
  readonly reference: string;
  readonly settings: ImageSettings;
  readonly layers: readonly PackedLayer[];
  /** The OCI archive to write; `ctr images import` and skopeo read it. Its layers must be on the same disk. */
  readonly archive: string;
};

/** Writes an OCI archive of one image and gives the digest of its manifest, with `sha256:` before it. */
export async function writeImage({ reference, settings, layers, archive }: ImageOptions): Promise<string> {
  mkdirSync(dirname(archive), { recursive: true });
  const folder = mkdtempSync(`${archive}.`);
  try {
    const blobs = join(folder, "blobs", "sha256");
    mkdirSync(blobs, { recursive: true });
    for (const layer of layers) linkSync(layer.file, join(blobs, layer.digest));
    const config = writeBlob(blobs, imageConfig(settings, layers));
    const manifest = writeBlob(blobs, imageManifest(config, layers));
    writeFileSync(join(folder, "index.json"), imageIndex(manifest, reference, settings.architecture));
    writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    await packTar(folder, `${archive}.new`, ["oci-layout", "index.json", "blobs"]);
    renameSync(`${archive}.new`, archive);
    return `sha256:${manifest.digest}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeBlob(blobs: string, text: string): Blob {
  const digest = createHash("sha256").update(text).digest("hex");
  writeFileSync(join(blobs, digest), text);
  return { digest, sizeBytes: Buffer.byteLength(text) };
}
