import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { PAUSE_IMAGE } from "../core/nodeFiles.ts";
import { architectureOf, type ImageSettings } from "../core/ociImage.ts";
import { packLayer } from "./packLayer.ts";
import { writeImage } from "./writeImage.ts";

/** The workload of the cluster's own checks. */
export const PROBE_IMAGE = "ganglion.dev/cluster/probe:1";

type ClusterImage = {
  readonly program: string;
  readonly reference: string;
  readonly settings: Omit<ImageSettings, "architecture">;
};

const PROBE: ClusterImage = {
  program: "probe",
  reference: PROBE_IMAGE,
  settings: { entrypoint: ["/probe"], user: "65532:65532" },
};
const IMAGES: readonly ClusterImage[] = [
  { program: "pause", reference: PAUSE_IMAGE, settings: { entrypoint: ["/pause"], user: "65532:65532" } },
  PROBE,
  {
    program: "coredns",
    reference: "ganglion.dev/cluster/coredns:1",
    settings: { entrypoint: ["/coredns", "-conf", "/etc/coredns/Corefile"] },
  },
];

/** Archives of the images that every node has: one static program each, not compressed, so that nodes start fast. */
export async function clusterImages(bin: string): Promise<readonly string[]> {
  const facts = JSON.stringify([architectureOf(process.arch), IMAGES]);
  const digest = createHash("sha256").update(facts).digest("hex").slice(0, 8);
  const folder = join(bin, "..", "..", "images", `${basename(bin)}-${digest}`);
  mkdirSync(folder, { recursive: true });
  return await Promise.all(
    IMAGES.map(async (image) => {
      const archive = join(folder, `${image.program}.tar`);
      if (!existsSync(archive)) await pack(image, bin, archive);
      return archive;
    }),
  );
}

/** Writes the archive of the checks' workload, for clusters of others. Gives the digest of its manifest. */
export function writeProbeImage(bin: string, archive: string): Promise<string> {
  return pack(PROBE, bin, archive);
}

async function pack(
  { program, reference, settings }: ClusterImage,
  bin: string,
  archive: string,
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "ganglion-image-"));
  const blobs = `${archive}.blobs`;
  try {
    copyFileSync(join(bin, program), join(root, program));
    chmodSync(join(root, program), 0o755);
    const layers = [await packLayer(root, blobs, { compress: false })];
    const architecture = architectureOf(process.arch);
    return await writeImage({ reference, settings: { architecture, ...settings }, layers, archive });
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(blobs, { recursive: true, force: true });
  }
}
