import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Layer } from "../core/ociImage.ts";
import { runCommand } from "./runCommand.ts";

/** A layer and its file, named by its digest. */
export type PackedLayer = Layer & { readonly file: string };

const PACK_MS = 900_000;
const GZIP_LEVEL = 6;

/**
 * Packs a folder's content as a layer: sorted names, no times, owned by root. The same content gives the same
 * digest; compressed ones also need the same zlib.
 */
export async function packLayer(
  root: string,
  blobs: string,
  { compress, level = GZIP_LEVEL }: { readonly compress: boolean; readonly level?: number },
): Promise<PackedLayer> {
  mkdirSync(blobs, { recursive: true });
  const plain = join(blobs, `unfinished-${process.pid}-${performance.now()}.tar`);
  await packTar(root, plain, ["."]);
  const diffId = await digestOf(plain);
  if (!compress) return finish(plain, blobs, { digest: diffId, diffId, isCompressed: false });
  const compressed = `${plain}.gz`;
  await pipeline(createReadStream(plain), createGzip({ level }), createWriteStream(compressed));
  await runCommand("rm", ["--", plain]);
  return finish(compressed, blobs, { digest: await digestOf(compressed), diffId, isCompressed: true });
}

/** A tar file that says nothing of who made it and when. */
export async function packTar(folder: string, archive: string, names: readonly string[]): Promise<void> {
  await runCommand(
    "tar",
    [
      ...["--format=gnu", "--sort=name", "--mtime=@0", "--numeric-owner", "--owner=0", "--group=0"],
      ...["--mode=u+rwX,go+rX,go-w", "--directory", folder, "--create", "--file", archive, "--", ...names],
    ],
    { deadlineMs: PACK_MS },
  );
}

/** sha256 of a file, hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function finish(unfinished: string, blobs: string, layer: Omit<Layer, "sizeBytes">): PackedLayer {
  const file = join(blobs, layer.digest);
  renameSync(unfinished, file);
  return { ...layer, file, sizeBytes: statSync(file).size };
}
