// `make pack-controllerkit`: the controller kit as a package of its own, ready for `npm publish`, in DIR or .ganglion-packages.
// Node strips no types below node_modules, so it is JavaScript with declarations; the modules of ours that it imports travel inside.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const KIT = "operator/src/controllerkit";
const NAME = "@ganglion/controllerkit";
/** What travels inside, by its place there. */
const INSIDE = {
  "internal/errors.ts": "services/lib/types/src/errors.ts",
  "internal/ports.ts": "services/lib/types/src/ports.ts",
  "log.ts": "services/lib/runtime/src/log/createLogger.ts",
};
const STAGE = ".stage";
const TYPES = 'export * from "./errors.ts";\nexport type * from "./ports.ts";\n';

const out = resolve(process.argv[2] ?? join(ROOT, ".ganglion-packages/controllerkit"));
for (const folder of ["dist", STAGE]) rmSync(join(out, folder), { recursive: true, force: true });
// Before it compiles: `type` decides what is emitted.
write("package.json", `${JSON.stringify(manifest(), undefined, 2)}\n`);
for (const [path, text] of sources()) write(join(STAGE, path), withLocalImports(path, text));
compile();
for (const [path, text] of Object.entries(documents())) write(path, text);
cpSync(join(ROOT, "LICENSE"), join(out, "LICENSE"));
process.stdout.write(`${out}\n`);

function sources() {
  const kit = globSync("**/*.ts", { cwd: join(ROOT, KIT) }).map((path) => [path, read(join(KIT, path))]);
  const inside = Object.entries(INSIDE).map(([path, from]) => [path, read(from)]);
  return [...kit, ...inside, ["internal/types.ts", TYPES]];
}

function withLocalImports(path, text) {
  return text.replace(/from "(@ganglion\/[^"]+|\.[^"]+)"/g, (_, name) => `from "${localName(path, name)}"`);
}

function localName(path, name) {
  if (name.startsWith(".")) return name.replace(/\.ts$/, ".js");
  if (name === "@ganglion/runtime/metrics") return "prom-client";
  if (name !== "@ganglion/types")
    throw new Error(`${path} imports ${name}: say in INSIDE what of it travels`);
  const local = relative(dirname(path), "internal/types.js");
  return local.startsWith(".") ? local : `./${local}`;
}

function compile() {
  const emit = { noEmit: false, allowImportingTsExtensions: false, declaration: true };
  const compilerOptions = { ...emit, rootDir: ".", outDir: "../dist" };
  const base = join(ROOT, "services/tooling/tsconfig.base.json");
  write(join(STAGE, "tsconfig.json"), JSON.stringify({ extends: base, compilerOptions }));
  symlinkSync(join(ROOT, "node_modules"), join(out, STAGE, "node_modules"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(out, STAGE)], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  rmSync(join(out, STAGE), { recursive: true });
}

function documents() {
  const toPackage = (text) =>
    text
      .replaceAll("@ganglion/operator/controllerkit", NAME)
      .replaceAll("@ganglion/runtime/log", `${NAME}/log`)
      .replaceAll("](../../../docs/controllerkit.md", "](controllerkit.md")
      .replaceAll("](../operator/src/controllerkit/README.md", "](README.md");
  return {
    "README.md": toPackage(read(join(KIT, "README.md"))),
    "controllerkit.md": toPackage(read("docs/controllerkit.md")),
  };
}

function manifest() {
  const operator = JSON.parse(read("operator/package.json"));
  const runtime = JSON.parse(read("services/lib/runtime/package.json"));
  const workspace = JSON.parse(read("package.json"));
  const { version, license, type, engines } = operator;
  const versions = { ...workspace.devDependencies, ...runtime.dependencies, ...operator.dependencies };
  const needed = ["@kubernetes/client-node", "@types/node", "pino", "prom-client", "undici"];
  return {
    name: NAME,
    version,
    description: "Controllers for Kubernetes in TypeScript: what controller-runtime is in Go",
    license,
    type,
    engines,
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./log": { types: "./dist/log.d.ts", default: "./dist/log.js" },
      "./package.json": "./package.json",
    },
    files: ["dist", "controllerkit.md"],
    dependencies: Object.fromEntries(needed.map((name) => [name, versions[name]])),
    publishConfig: { access: "public" },
  };
}

function read(path) {
  return readFileSync(join(ROOT, path), "utf8");
}

function write(path, text) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
