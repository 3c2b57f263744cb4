import { spawnSync } from "node:child_process";

/** Runs a program of the system. @throws Error with what it wrote */
export function hostCommand(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
