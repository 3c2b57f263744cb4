import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { architectureOf, type ImageSettings } from "../core/ociImage.ts";
import { type PackedLayer, packLayer } from "../io/packLayer.ts";
import { writeImage } from "../io/writeImage.ts";
import { type ImageVariant, type ProgramImage, referenceOf } from "./programImages.ts";
import { writeApp } from "./writeApp.ts";
import { addLibraries, NODE_PATH, USER_ID, writeBase } from "./writeBase.ts";
import { CUDA_FOLDER, writeGpu } from "./writeGpu.ts";

const BASE = "base";
/** gzip's level for gigabytes of machine code, which hardly shrink further. */
const FAST = 1;
/** The container toolkit of a node reads the last two. */
const GPU_ENV = {
  LD_LIBRARY_PATH: CUDA_FOLDER,
  NVIDIA_DRIVER_CAPABILITIES: "compute,utility",
  NVIDIA_VISIBLE_DEVICES: "all",
};

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
  readonly variant: ImageVariant;
  /** Where the archives and digests.json go. */
  readonly out: string;
  readonly say: (text: string) => void;
};

/** Builds images without any container engine and writes their digests beside them. @throws GanglionError CLUSTER_COMMAND */
export async function buildImages(options: BuildImagesOptions): Promise<readonly BuiltImage[]> {
  const { images, variant, out, say } = options;
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, "unfinished-"));
  try {
    const blobs = join(work, "blobs");
    const shared = [await packShared(join(work, BASE), blobs, writeBase)];
    if (variant === "gpu") shared.push(await packShared(join(work, "cuda"), blobs, writeGpu, FAST));
    for (const { sizeBytes } of shared) say(`shared     ${megabytes(sizeBytes)}`);
    const built: BuiltImage[] = [];
    for (const image of images) {
      built.push(await buildImage(image, { variant, work, blobs, shared, out }));
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
export function archiveOf(out: string, name: string, variant: ImageVariant): string {
  return join(out, `${name}${variant === "gpu" ? "-gpu" : ""}.tar`);
}

type Workshop = {
  readonly variant: ImageVariant;
  readonly work: string;
  readonly blobs: string;
  /** Layers that all images have. */
  readonly shared: readonly PackedLayer[];
  readonly out: string;
};

async function packShared(
  root: string,
  blobs: string,
  write: (root: string) => Promise<void>,
  level?: number,
): Promise<PackedLayer> {
  await write(root);
  return await packLayer(root, blobs, { compress: true, ...(level !== undefined && { level }) });
}

async function buildImage(image: ProgramImage, workshop: Workshop): Promise<BuiltImage> {
  const { variant, work, blobs, shared, out } = workshop;
  const folders = {
    sources: join(work, image.name, "sources"),
    dependencies: join(work, image.name, "dependencies"),
  };
  const [sources, dependencies] = [join(folders.sources, "app"), join(folders.dependencies, "app")];
  await writeApp(image.package, { sources, dependencies });
  await addLibraries(folders.dependencies, join(work, BASE));
  const layers = [
    ...shared,
    await packLayer(folders.dependencies, blobs, { compress: true }),
    await packLayer(folders.sources, blobs, { compress: true }),
  ];
  const reference = referenceOf(image, variant);
  const archive = archiveOf(out, image.name, variant);
  const digest = await writeImage({ reference, settings: settingsOf(image, variant), layers, archive });
  rmSync(join(work, image.name), { recursive: true });
  return { name: image.name, reference, digest, sizeBytes: statSync(archive).size, archive };
}

/** Those of images that were not built this time stay. */
function writeDigests(path: string, built: readonly BuiltImage[]): void {
  const old: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const now = Object.fromEntries(built.map(({ reference, digest }) => [reference, digest]));
  writeFileSync(path, `${JSON.stringify({ ...(old as object), ...now }, null, 2)}\n`);
}

function settingsOf({ name, main }: ProgramImage, variant: ImageVariant): ImageSettings {
  return {
    architecture: architectureOf(process.arch),
    entrypoint: [NODE_PATH, `/app/${main}`],
    env: {
      HOME: "/tmp",
      NODE_ENV: "production",
      PATH: "/usr/local/bin",
      SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
      ...(variant === "gpu" && GPU_ENV),
    },
    workingDir: "/data",
    user: `${USER_ID}:${USER_ID}`,
    labels: { "org.opencontainers.image.title": name, "org.opencontainers.image.licenses": "Apache-2.0" },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
}
