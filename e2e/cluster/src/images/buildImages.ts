import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageSettings } from "../core/ociImage.ts";
import { type PackedLayer, packLayer } from "../io/packLayer.ts";
import { writeImage } from "../io/writeImage.ts";
import { type ProgramImage, referenceOf } from "./programImages.ts";
import { writeApp } from "./writeApp.ts";
import { addLibraries, NODE_PATH, USER_ID, writeBase } from "./writeBase.ts";

const BASE = "base";

/** What was built. */
export type BuiltImage = {
  readonly name: string;
  readonly reference: string;
  /** Of its manifest, with `sha256:` before it: what a pod may pin. */
  readonly digest: string;
  /** What a registry stores and a node fetches. */
  readonly sizeBytes: number;
  readonly archive: string;
};

export type BuildImagesOptions = {
  readonly images: readonly ProgramImage[];
  /** Where the archives and digests.json go. */
  readonly out: string;
  readonly say: (text: string) => void;
};

/** Builds images without any container engine and writes their digests beside them. @throws GanglionError CLUSTER_COMMAND */
export async function buildImages({ images, out, say }: BuildImagesOptions): Promise<readonly BuiltImage[]> {
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, "unfinished-"));
  try {
    const blobs = join(work, "blobs");
    const base = await packBase(work, blobs);
    say(`base ${megabytes(base.sizeBytes)}`);
    const built: BuiltImage[] = [];
    for (const image of images) {
      built.push(await buildImage(image, { work, blobs, base, out }));
      const { name, sizeBytes, digest } = built.at(-1) ?? { name: "", sizeBytes: 0, digest: "" };
      say(`${name.padEnd(10)} ${megabytes(sizeBytes)}  ${digest}`);
    }
    writeDigests(join(out, "digests.json"), built);
    return built;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The archive of an image below a folder of images. */
export function archiveOf(out: string, name: string): string {
  return join(out, `${name}.tar`);
}

type Workshop = {
  readonly work: string;
  readonly blobs: string;
  readonly base: PackedLayer;
  readonly out: string;
};

async function packBase(work: string, blobs: string): Promise<PackedLayer> {
  const root = join(work, BASE);
  await writeBase(root);
  return await packLayer(root, blobs, { compress: true });
}

async function buildImage(image: ProgramImage, { work, blobs, base, out }: Workshop): Promise<BuiltImage> {
  const folders = {
    sources: join(work, image.name, "sources"),
    dependencies: join(work, image.name, "dependencies"),
  };
  const [sources, dependencies] = [join(folders.sources, "app"), join(folders.dependencies, "app")];
  await writeApp(image.package, { sources, dependencies });
  await addLibraries(folders.dependencies, join(work, BASE));
  const layers = [
    base,
    await packLayer(folders.dependencies, blobs, { compress: true }),
    await packLayer(folders.sources, blobs, { compress: true }),
  ];
  const reference = referenceOf(image, "cpu");
  const archive = archiveOf(out, image.name);
  const digest = await writeImage({ reference, settings: settingsOf(image), layers, archive });
  rmSync(join(work, image.name), { recursive: true });
  return { name: image.name, reference, digest, sizeBytes: statSync(archive).size, archive };
}

/** Those of images that were not built this time stay. */
function writeDigests(path: string, built: readonly BuiltImage[]): void {
  const old: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const now = Object.fromEntries(built.map(({ reference, digest }) => [reference, digest]));
  writeFileSync(path, `${JSON.stringify({ ...(old as object), ...now }, null, 2)}\n`);
}

function settingsOf({ name, main }: ProgramImage): ImageSettings {
  return {
    entrypoint: [NODE_PATH, `/app/${main}`],
    env: {
      HOME: "/tmp",
      NODE_ENV: "production",
      PATH: "/usr/local/bin",
      SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
    },
    workingDir: "/data",
    user: `${USER_ID}:${USER_ID}`,
    labels: { "org.opencontainers.image.title": name, "org.opencontainers.image.licenses": "Apache-2.0" },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
}
