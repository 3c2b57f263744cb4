import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { errorMessage, GanglionError } from "@ganglion/types";
import { cacheRoot, HARNESS } from "../io/build.ts";
import { runCommand, tryCommand } from "../io/runCommand.ts";
import { REPOSITORY } from "./writeApp.ts";

/** Where an image keeps CUDA's libraries. */
export const CUDA_FOLDER = "/opt/cuda/lib";

const REQUIREMENTS = join(HARNESS, "images", "gpuRequirements.txt");
const RUNTIME = "node_modules/onnxruntime-node";
const PROVIDER_FOLDER = `${RUNTIME}/bin/napi-v6/linux/x64`;
const PROVIDERS = ["libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"];
/** The driver's own, put into a container by the node. */
const FROM_NODE = ["libcuda.so.1"];
/** Loaded by name while running, so nothing else would miss them before. */
const LOADED_LATER = ["libcudnn.so.9", "libcufft.so.12", "libnvrtc.so.13"];
const UNUSED = /\.alt\.|^libnvblas|^libcufftw/;
const PLATFORMS = [
  "manylinux_2_28_x86_64",
  "manylinux_2_27_x86_64",
  "manylinux_2_17_x86_64",
  "manylinux2014_x86_64",
];
const FETCH_MS = 1_800_000;
const UNPACK_MS = 600_000;

/**
 * Writes below a root, as an image has them, CUDA's libraries and ONNX Runtime's CUDA provider beside its own library,
 * and proves that nothing but the driver is missing. They come from PyPI by hash and stay in the cache.
 * @throws GanglionError CLUSTER_GPU
 */
export async function writeGpu(root: string): Promise<void> {
  assertProcessor();
  assertSameRuntime();
  const wheels = await unpackWheels();
  const [libraries, providers] = [join(root, CUDA_FOLDER), join(root, "app", PROVIDER_FOLDER)];
  for (const folder of [libraries, providers]) mkdirSync(folder, { recursive: true });
  for (const path of globSync("nvidia/*/lib/*.so*", { cwd: wheels }))
    if (!UNUSED.test(basename(path))) cpSync(join(wheels, path), join(libraries, basename(path)));
  for (const name of PROVIDERS) cpSync(join(wheels, "onnxruntime", "capi", name), join(providers, name));
  await assertWhole(libraries, providers);
}

function assertProcessor(): void {
  if (process.arch === "x64") return;
  throw new GanglionError("CLUSTER_GPU", `GPU images are made on x64 machines only, not on ${process.arch}`);
}

/** A provider works with the library of its own version only. */
function assertSameRuntime(): void {
  const path = join(REPOSITORY, RUNTIME, "package.json");
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
  if (readFileSync(REQUIREMENTS, "utf8").includes(`onnxruntime-gpu==${version} `)) return;
  const message = `onnxruntime-node is ${version}: pin the same onnxruntime-gpu in ${REQUIREMENTS}`;
  throw new GanglionError("CLUSTER_GPU", message);
}

async function assertWhole(libraries: string, providers: string): Promise<void> {
  const files = [...PROVIDERS.map((name) => join(providers, name)), ...globSync(join(libraries, "*.so*"))];
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  const said = await Promise.all(files.map((file) => tryCommand("ldd", [file], { env })));
  const missing = said
    .flatMap(({ stdout }) => [...stdout.matchAll(/(\S+) => not found/g)].map(([, name = ""]) => name))
    .concat(LOADED_LATER.filter((name) => !existsSync(join(libraries, name))))
    .filter((name) => !FROM_NODE.includes(name));
  if (missing.length > 0)
    throw new GanglionError(
      "CLUSTER_GPU",
      `the CUDA provider lacks ${[...new Set(missing)].join(", ")}: add it to ${REQUIREMENTS}`,
    );
}

/** The folder of all wheels' content. */
async function unpackWheels(): Promise<string> {
  const digest = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(cacheRoot(), "gpu", digest);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await fetchWheels(join(unfinished, "wheels"));
  for (const wheel of globSync(join(unfinished, "wheels", "*.whl")))
    await runCommand("python3", ["-m", "zipfile", "--extract", wheel, unfinished], { deadlineMs: UNPACK_MS });
  rmSync(join(unfinished, "wheels"), { recursive: true });
  renameSync(unfinished, folder);
  return folder;
}

async function fetchWheels(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const platforms = PLATFORMS.flatMap((name) => ["--platform", name]);
  const choice = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", ...platforms];
  const args = ["-m", "pip", "download", "--quiet", "--require-hashes", ...choice, "--dest", folder];
  try {
    await runCommand("python3", [...args, "--requirement", REQUIREMENTS], { deadlineMs: FETCH_MS });
  } catch (cause) {
    const message = `GPU images need libraries from PyPI, which did not come: is it in reach, and python3 with pip here? ${errorMessage(cause)}`;
    throw new GanglionError("CLUSTER_GPU", message, {}, { cause });
  }
}
