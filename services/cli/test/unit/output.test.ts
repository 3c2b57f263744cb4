import { GanglionError } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { CommanderError } from "commander";
import { printResult, reportFailure, toJson } from "../../src/output.ts";
import { captured } from "../gen/runCommand.ts";

const FAILED = new GanglionError("CLI_NO_NEURON", 'no neuron "x"', { key: "x" });

async function reported(
  error: unknown,
  json: boolean,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  let exit = -1;
  const texts = await captured(() => {
    exit = reportFailure(error, json);
  });
  return { exit, ...texts };
}

describe("printResult", () => {
  it("prints text for people and one JSON line for programs, on standard output alone", async () => {
    const value = { uid: 1, stake: 10n ** 18n };
    const text = (): string => "two\nlines";
    expect(await captured(() => printResult(false, value, text))).toEqual({
      stdout: "two\nlines\n",
      stderr: "",
    });
    expect(await captured(() => printResult(true, value, text))).toEqual({
      stdout: '{"uid":1,"stake":"1000000000000000000"}\n',
      stderr: "",
    });
  });
});

describe("toJson", () => {
  it("writes amounts as decimal strings and bytes as hexadecimal, however deep", () => {
    const value = { amount: 7n, inner: [{ hotkey: Uint8Array.of(0, 255) }, { hash: Buffer.from([1, 2]) }] };
    expect(toJson(value)).toBe('{"amount":"7","inner":[{"hotkey":"00ff"},{"hash":"0102"}]}');
  });
});

describe("reportFailure", () => {
  it("prints an expected failure with its code on one line, and exits with 1", async () => {
    expect(await reported(FAILED, false)).toEqual({
      exit: 1,
      stdout: "",
      stderr: 'error: no neuron "x"  [CLI_NO_NEURON]\n',
    });
  });

  it("prints it as an object with --json", async () => {
    const { exit, stderr } = await reported(FAILED, true);
    expect(exit).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { code: "CLI_NO_NEURON", message: 'no neuron "x"' } });
  });

  it("shows where a fault of the program itself came from", async () => {
    const { exit, stderr } = await reported(new RangeError("oops"), false);
    expect(exit).toBe(1);
    expect(stderr).toContain("error: oops  [INTERNAL]");
    expect(stderr).toContain("output.test.ts");
  });

  it("exits with 64 on wrong usage and with 0 after help, and tells people nothing twice", async () => {
    expect(await reported(new CommanderError(1, "commander.missingArgument", "m"), false)).toEqual({
      exit: 64,
      stdout: "",
      stderr: "",
    });
    expect(JSON.parse((await reported(new CommanderError(1, "c", "error: no key"), true)).stderr)).toEqual({
      error: { code: "CLI_USAGE", message: "no key: --help shows what is possible" },
    });
    expect(await reported(new CommanderError(0, "commander.help", "m"), true)).toMatchObject({ exit: 0 });
  });
});
