import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { buildCommand } from "../../src/command.ts";
import { runCommand } from "../gen/runCommand.ts";

const USAGE_EXIT = 64;

/** A wrong call of each command, and what the message must name. */
const WRONG: readonly (readonly [string, string])[] = [
  ["up demo.yaml", "too many arguments"],
  ["testnet 3", "too many arguments"],
  ["metagraph 1", "too many arguments"],
  ["neuron", "uid|name|hotkey"],
  ["account", "address|key"],
  ["epoch 1 2", "too many arguments"],
  ["validator report a b", "too many arguments"],
  ["complete", "text"],
  ["keys new", "name"],
  ["keys import", "name"],
  ["keys list all", "too many arguments"],
  ["register --owner x", "--hotkey"],
  ["transfer gln1x 5", "--from"],
  ["stake 3 --from key", "gln"],
  ["unstake 3 5", "--from"],
  ["move-stake 3 4 --from key", "gln"],
  ["set-take 3 5", "--from"],
  ["swap-hotkey 3 --from key", "new"],
  ["bind-key --from key", "key"],
  ["unbind-key", "--from"],
  ["publish --from key", "name"],
  ["records here", "too many arguments"],
  ["charter here", "too many arguments"],
  ["propose params --from key", "name=value"],
  ["propose domains --from key", "name=percent"],
  ["propose expel --from key", "uid|name|hotkey"],
  ["propose upgrade next --from key", "--height"],
  ["propose charter --from key", "file"],
  ["vote 1 yes --from key", "--hotkey"],
  ["proposals here", "too many arguments"],
  ["rewards", "uid|name|hotkey|address"],
  ["pruning 3", "too many arguments"],
  ["consensus 3", "too many arguments"],
  ["train --text file", "--out"],
  ["evaluate --text file", "--model"],
  ["simulate epoch", "--file"],
  ["conformance", "file"],
  ["proof neuron 3", "--out"],
  ["proof weights 3", "--out"],
  ["proof account alice", "--out"],
  ["verify", "file"],
  ["snapshot now", "too many arguments"],
  ["rollback 5", "too many arguments"],
  ["export --out file", "--chain-id"],
  ["replay now", "too many arguments"],
  ["bench --fast", "--fast"],
];

describe("wrong usage", () => {
  it.each(WRONG)("of `%s` is told with 64, what is wrong and where help is", async (line, named) => {
    const { code, stdout, stderr } = await runCommand(...line.split(" "));
    expect([code, stdout]).toEqual([USAGE_EXIT, ""]);
    expect(stderr).toContain(named);
    expect(stderr).toContain("--help shows what is possible");
  });

  it("is told to programs as one object", async () => {
    for (const line of ["neuron", "keys", "metagraph --nope"]) {
      const { code, stdout, stderr } = await runCommand(...line.split(" "), "--json");
      expect([code, stdout]).toEqual([USAGE_EXIT, ""]);
      expect(JSON.parse(stderr)).toEqual({
        error: { code: "CLI_USAGE", message: expect.stringContaining("--help") },
      });
    }
  });

  it("has a case here for every command", () => {
    const covered = WRONG.map(([line]) => line);
    const missing = namesOf(buildCommand(false)).filter(
      (name) => !covered.some((line) => `${line} `.startsWith(`${name} `)),
    );
    expect(missing).toEqual([]);
  });

  it("of an unknown command suggests the one that was meant", async () => {
    const { code, stderr } = await runCommand("metagrap");
    expect(code).toBe(USAGE_EXIT);
    expect(stderr).toContain("metagraph");
  });

  it("of a group without a command lists its commands", async () => {
    const { code, stderr } = await runCommand("keys");
    expect(code).toBe(USAGE_EXIT);
    for (const name of ["new", "import", "list"]) expect(stderr).toContain(name);
  });
});

describe("help", () => {
  it("is printed for every command, with the options that all take, and exits with 0", async () => {
    for (const name of namesOf(buildCommand(false))) {
      const { code, stdout, stderr } = await runCommand(...name.split(" "), "--help");
      expect([name, code, stderr]).toEqual([name, 0, ""]);
      for (const option of ["--state", "--endpoint", "--json"]) expect(stdout).toContain(option);
    }
  });
});

function namesOf(command: Command): readonly string[] {
  return command.commands.flatMap((inner) =>
    inner.commands.length === 0 ? [inner.name()] : namesOf(inner).map((name) => `${inner.name()} ${name}`),
  );
}
