import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { tryCommand } from "../io/runCommand.ts";

/** The user that all images run as. */
export const USER_ID = 65_532;
/** Where the interpreter lies in an image. */
export const NODE_PATH = "/usr/local/bin/node";

const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";
const FILES = {
  "/etc/passwd": `root:x:0:0::/:/sbin/nologin\nnonroot:x:${USER_ID}:${USER_ID}::/tmp:/sbin/nologin\n`,
  "/etc/group": `root:x:0:\nnonroot:x:${USER_ID}:\n`,
  "/etc/nsswitch.conf": "hosts: files dns\n",
};

/** Writes what all images share: this Node, the shared libraries it names, authorities, one user. No shell. */
export async function writeBase(root: string): Promise<void> {
  copyInto(root, realpathSync(process.execPath), NODE_PATH);
  chmodSync(join(root, NODE_PATH), 0o755);
  for (const library of await librariesOf(process.execPath)) copyInto(root, realpathSync(library), library);
  copyInto(root, AUTHORITIES, AUTHORITIES);
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const folder of ["app", "data", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
}

/** Adds the machine's libraries that native modules below a root name and the base does not have. */
export async function addLibraries(root: string, base: string): Promise<void> {
  const natives = globSync("**/*.{node,so,so.*}", { cwd: root }).map((path) => join(root, path));
  const needed = new Set((await Promise.all(natives.map(librariesOf))).flat());
  for (const library of needed)
    if (!library.startsWith(root) && !existsSync(join(base, library)))
      copyInto(root, realpathSync(library), library);
}

/** Absolute paths of the shared libraries that a program or library loads. */
async function librariesOf(path: string): Promise<readonly string[]> {
  const { stdout } = await tryCommand("ldd", [path]);
  return stdout.split("\n").flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function copyInto(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(from, join(root, to));
}
