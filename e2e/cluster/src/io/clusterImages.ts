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

const IMAGES: readonly {
  readonly program: string;
  readonly reference: string;
  readonly settings: Omit<ImageSettings, "architecture">;
}[] = [
  { program: "pause", reference: PAUSE_IMAGE, settings: { entrypoint: ["/pause"], user: "65532:65532" } },
  { program: "probe", reference: PROBE_IMAGE, settings: { entrypoint: ["/probe"], user: "65532:65532" } },
  {
    program: "coredns",
    reference: "ganglion.dev/cluster/coredns:1",
    settings: { entrypoint: ["/coredns", "-conf", "/etc/coredns/Corefile"] },
  },
];

/** Archives of the images that every node has: one static program each, not compressed, so that nodes start fast. */
export async function clusterImages(bin: string): Promise<readonly string[]> {
  const architecture = architectureOf(process.arch);
  const facts = JSON.stringify([architecture, IMAGES]);
  const digest = createHash("sha256").update(facts).digest("hex").slice(0, 8);
  const folder = join(bin, "..", "..", "images", `${basename(bin)}-${digest}`);
  mkdirSync(folder, { recursive: true });
  return await Promise.all(
    IMAGES.map(async ({ program, reference, settings }) => {
      const archive = join(folder, `${program}.tar`);
      if (!existsSync(archive))
        await pack(join(bin, program), {
          archive,
          reference,
          settings: { architecture, ...settings },
        });
      return archive;
    }),
  );
}

async function pack(
  program: string,
  image: { readonly archive: string; readonly reference: string; readonly settings: ImageSettings },
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "ganglion-image-"));
  const blobs = `${image.archive}.blobs`;
  try {
    const file = join(root, basename(program));
    copyFileSync(program, file);
    chmodSync(file, 0o755);
    await writeImage({ ...image, layers: [await packLayer(root, blobs, { compress: false })] });
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(blobs, { recursive: true, force: true });
  }
}
