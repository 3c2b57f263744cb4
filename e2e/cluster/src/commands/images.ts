import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import { archiveOf, buildImages } from "../images/buildImages.ts";
import { checkImages } from "../images/checkImages.ts";
import { PROGRAM_IMAGES, type ProgramImage } from "../images/programImages.ts";
import { buildPrograms } from "../io/build.ts";
import { readClusterState } from "../io/clusterFolder.ts";
import { PROBE_IMAGE, writeProbeImage } from "../io/clusterImages.ts";
import { importImages } from "../io/startNode.ts";
import { SmokeContext } from "../smoke/smokeContext.ts";
import { type Command, type CommandInput, parseOptions } from "./command.ts";
import { ownCluster } from "./smoke.ts";
import { DIR_OPTION } from "./up.ts";

/**
 * `images build|load|check [NAME...] [--gpu] [--out D] [--dir D]`: builds, gives to all nodes, runs there.
 * `images probe [--out D]`: writes the image that the cluster's checks run, for a cluster of somebody else's.
 */
export const images: Command = async (input) => {
  const { positionals, values } = parseOptions(input.args, {
    ...DIR_OPTION,
    gpu: { type: "boolean", default: false },
    out: { type: "string", default: ".ganglion-images" },
  });
  const [verb, ...names] = positionals;
  const variant = values.gpu ? "gpu" : "cpu";
  const all = PROGRAM_IMAGES.filter(({ usesModels }) => usesModels || !values.gpu);
  const chosen = names.length === 0 ? all : names.map((name) => imageOf(name, all));
  const out = resolve(values.out);
  if (verb === "build") await buildImages({ images: chosen, variant, out, say: input.say });
  else if (verb === "probe") await writeProbe(out, input);
  else if (verb === "load")
    await load(
      resolve(values.dir),
      chosen.map(({ name }) => archiveOf(out, name, variant)),
      input,
    );
  else if (verb === "check") return await check(resolve(values.dir), chosen, input);
  else throw new GanglionError("CLUSTER_USAGE", "usage: images build|load|check [NAME...] | images probe");
  return 0;
};

async function writeProbe(out: string, { say, print }: CommandInput): Promise<void> {
  const bin = await buildPrograms({ programs: ["probe"], say });
  const archive = join(out, "probe.tar");
  const digest = await writeProbeImage(bin, archive);
  say(`${PROBE_IMAGE} ${digest}`);
  print(archive);
}

async function load(dir: string, archives: readonly string[], { say }: CommandInput): Promise<void> {
  const missing = archives.filter((archive) => !existsSync(archive));
  if (missing.length > 0)
    throw new GanglionError("CLUSTER_USAGE", `no ${missing.join(", ")}: run \`make images\` first`);
  const { bin, nodes } = readClusterState(dir);
  await Promise.all(Object.values(nodes).map((space) => importImages(space, bin, archives)));
  say(`${archives.length} images on ${Object.keys(nodes).length} nodes`);
}

async function check(
  dir: string,
  chosen: readonly ProgramImage[],
  { print, signal }: CommandInput,
): Promise<number> {
  const options = { namespace: `images-${process.pid}`, image: PROBE_IMAGE, signal };
  const context = new SmokeContext(ownCluster(dir, options));
  const failures = await checkImages(context, chosen, print);
  return failures === 0 ? 0 : 1;
}

function imageOf(name: string, all: readonly ProgramImage[]): ProgramImage {
  const image = all.find((each) => each.name === name);
  if (image) return image;
  const known = all.map((each) => each.name).join(", ");
  throw new GanglionError("CLUSTER_USAGE", `no image "${name}"; there are ${known}`);
}
