import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { GanglionError } from "@ganglion/types";

/**
 * Waits for a lock file and holds it until released or until this process is gone, however it ends: the holder
 * is a child that reads a pipe of ours.
 * @throws GanglionError CLUSTER_LOCK
 */
export function holdLock(path: string, onWait: () => void): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn("flock", ["--exclusive", path, "sh", "-c", "echo held; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = setTimeout(onWait, 1_000);
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      clearTimeout(waiting);
      reject(
        new GanglionError("CLUSTER_LOCK", `cannot lock ${path}: is util-linux installed?`, {}, { cause }),
      );
    };
    holder.once("error", fail);
    holder.once("exit", fail);
    holder.stdout.once("data", () => {
      clearTimeout(waiting);
      resolve(() => holder.stdin.end());
    });
  });
}
