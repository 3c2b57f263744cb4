import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { eventually } from "../contract/eventually.ts";
import { type Greeter, startGreeter } from "./greeter.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const NAME = "@ganglion/controllerkit";
const TSCONFIG = {
  compilerOptions: { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] },
  files: ["main.ts"],
};

let folder = "";
let greeter: Greeter | undefined;

afterEach(async () => {
  await greeter?.close();
  greeter = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function run(program: string, args: readonly string[], cwd = folder): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function node(...args: readonly string[]): string {
  return run(process.execPath, args);
}

/** Packs the kit and unpacks the tarball as `npm install` would; what it depends on is linked from this repository. */
function install(): string {
  folder = mkdtempSync(join(tmpdir(), "package-"));
  const built = join(folder, "built");
  node(join(ROOT, "services/tooling/packControllerkit.mjs"), built);
  const [tarball = ""] = run("npm", ["pack", "--silent", "--ignore-scripts"], built).trim().split("\n");
  const installed = join(folder, "node_modules", NAME);
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", join(built, tarball), "-C", installed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  return installed;
}

describe("the kit as a package", () => {
  it("runs the program of its README, which its types let pass, and needs nothing of this repository's own", async () => {
    const installed = install();
    const readme = readFileSync(join(installed, "README.md"), "utf8");
    const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "main.ts"), program);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    const inside = run("grep", [
      "-rhoE",
      'from "@ganglion[^"]*"',
      "--include=*.ts",
      "--include=*.js",
      "main.ts",
      installed,
    ]);

    expect(new Set(inside.trim().split("\n"))).toEqual(new Set([`from "${NAME}"`, `from "${NAME}/log"`]));
    expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder)).toBe("");
    greeter = await startGreeter(join(folder, "main.ts"));
    const { greet, text, stop } = greeter;
    await greet("packed", "Package");
    await eventually("the greeting", async () => (await text("packed")) === "Hello, Package!");
    expect(await stop()).toBe(0);
  });
});
