import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../io/runCommand.ts";

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

/** Absolute paths of the shared libraries that a program or library loads. @throws GanglionError CLUSTER_COMMAND */
export async function librariesOf(path: string): Promise<readonly string[]> {
  const said = await runCommand("ldd", [path]);
  return said.split("\n").flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function copyInto(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(from, join(root, to));
}
