import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Ran, runCommand } from "../gen/runCommand.ts";

const NOWHERE = "127.0.0.1:1";
const SCENARIO = `
validators:
  - { name: alice, stake: 60.5, weights: { en: { good: 3, poor: 1 } } }
  - { name: bob, stake: "39.5", weights: { en: { good: 4, poor: 1 } } }
miners: [good, poor]
domains: { en: 1 }
emission: 100
`;

let folder: string;
let state: readonly string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-cli-"));
  state = ["--state", join(folder, "state")];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One error line with its code, nothing on standard output. */
function expectFailure({ code, stdout, stderr }: Ran, errorCode: string, advice: string): void {
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toContain(`[${errorCode}]`);
  expect(stderr).toContain(advice);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a command that asks a network", () => {
  it.each([
    "metagraph",
    "neuron 1",
    "account gln1x",
    "epoch 3",
    "rewards 1",
    "pruning",
    "consensus",
    "records",
    "charter",
    "proposals",
    "validator report",
    "complete Hello",
  ])("`%s` says how to start one when none runs in the state folder", async (line) => {
    expectFailure(await runCommand(...line.split(" "), ...state), "LOCAL_NOT_RUNNING", "make up");
  });

  it("tells the same to programs as an object", async () => {
    const { code, stderr } = await runCommand("metagraph", "--json", ...state);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: "LOCAL_NOT_RUNNING", message: expect.stringContaining(folder) },
    });
  });

  it.each([
    ["epoch last", "CLI_BAD_NUMBER", "epoch"],
    ["transfer gln1x 1,5 --from key", "TYPES_BAD_AMOUNT", "0.5"],
    ["stake 3 -- -5", "TYPES_BAD_AMOUNT", "-5"],
    ["unstake 3 1.0000000001 --from key", "TYPES_BAD_AMOUNT", "nine decimals"],
    ["move-stake 3 4 some --from key", "TYPES_BAD_AMOUNT", "some"],
    ["set-take 3 101 --from key", "CLI_BAD_NUMBER", "percentage"],
    ["publish news --uri https://x --from key", "CLI_NO_DIGEST", "--file"],
    ["transfer gln1x 5 --from nobody", "KEYS_NOT_FOUND", "nobody"],
    ["register --hotkey nobody --owner x", "KEYS_NOT_FOUND", "nobody"],
    ["propose params nope=1 --from key", "CLI_BAD_PARAM", "docs/ledger.md"],
    ["propose params slashPpm=much --from key", "CLI_BAD_NUMBER", "whole number"],
    ["propose domains prose=half --from key", "CLI_BAD_NUMBER", "percentage"],
    ["propose upgrade next --height soon --from key", "CLI_BAD_NUMBER", "--height"],
    ["propose charter nowhere.md --from key", "CLI_NO_FILE", "nowhere.md"],
    ["vote one yes --hotkey 1 --from key", "CLI_BAD_NUMBER", "proposal"],
    ["vote 1 perhaps --hotkey 1 --from key", "CLI_BAD_CHOICE", "yes or no"],
    ["validator report", "CLI_NO_VALIDATOR", "none"],
    ["complete text", "CLI_NO_VALIDATOR", "none"],
  ])("`%s` is refused before anything is sent", async (line, code, advice) => {
    const args = line.includes(" -- ") ? line.replace(" -- ", " --from key -- ") : line;
    const [before = "", after] = args.split(" -- ");
    const ran = await runCommand(
      ...before.split(" "),
      ...state,
      "--endpoint",
      NOWHERE,
      ...(after === undefined ? [] : ["--", after]),
    );
    expectFailure(ran, code, advice);
  });
});

describe("a damaged keyfile", () => {
  it("keeps nobody from asking a network", async () => {
    mkdirSync(join(folder, "state", "keys"), { recursive: true });
    file(join("state", "keys", "broken.key.json"), "{}");
    const ran = await runCommand("validator", "report", ...state, "--endpoint", NOWHERE);
    expectFailure(ran, "CLI_NO_VALIDATOR", "none");
  });
});

describe("up or testnet", () => {
  it.each([
    ["up --for soon", "CLI_BAD_DURATION", "90s"],
    ["up --for 600h", "CLI_BAD_DURATION", "596h"],
    ["up --metrics-port all", "CLI_BAD_NUMBER", "--metrics-port"],
    ["up -f none.yaml", "CLI_NO_FILE", "-f"],
    ["testnet --nodes many", "CLI_BAD_NUMBER", "--nodes"],
    ["testnet --block slow", "CLI_BAD_DURATION", "500ms"],
    ["up --state /proc/none/state", "LOCAL_FOLDER_UNWRITABLE", "--state"],
  ])("`%s` is refused and leaves nothing", async (line, code, advice) => {
    const args = line.split(" ");
    expectFailure(await runCommand(...args, ...(args.includes("--state") ? [] : state)), code, advice);
    expect(existsSync(join(folder, "state"))).toBe(false);
  });
});

describe("keys", () => {
  const make = (...args: readonly string[]) => runCommand("keys", "new", ...args, ...state);

  it("makes a key that only its owner can read and shows its phrase once", async () => {
    const { code, stdout } = await make("alice", "--kind", "coldkey", "--plain", "--json");
    expect(code).toBe(0);
    const key = JSON.parse(stdout) as { path: string; address: string; backupPhrase: string };
    expect(key).toMatchObject({ name: "alice", kind: "coldkey", address: expect.stringMatching(/^gln1/) });
    expect(key.backupPhrase.split(" ").length).toBeGreaterThanOrEqual(12);
    expect(statSync(key.path).mode & 0o777).toBe(0o600);
    expect(readFileSync(key.path, "utf8")).not.toContain(key.backupPhrase);
    const listed = await runCommand("keys", "list", ...state);
    expect(listed.stdout.split("\n")[0]).toMatch(/^name +kind +encrypted +address +public key$/);
    expect(listed.stdout).toContain(key.address);
    const json = await runCommand("keys", "list", "--json", ...state);
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: "alice", encrypted: false }]);
  });

  it("takes a password from a file's first line", async () => {
    const password = file("password", "correct horse\nsecond line\n");
    expect((await make("bob", "--password-file", password)).code).toBe(0);
    const { stdout } = await runCommand("keys", "list", "--json", ...state);
    expect(JSON.parse(stdout)).toMatchObject([{ name: "bob", kind: "hotkey", encrypted: true }]);
  });

  it("never replaces a key", async () => {
    await make("alice", "--plain");
    expectFailure(await make("alice", "--plain"), "KEYS_EXISTS", "alice");
  });

  it.each([
    ["alice --kind master --plain", "CLI_BAD_KIND", "hotkey, coldkey, payer"],
    ["Alice --plain", "KEYS_BAD_NAME", "lower-case"],
    ["alice --password-file none", "CLI_NO_PASSWORD", "none"],
    ["alice", "CLI_NO_PASSWORD", "--password-file"],
  ])("refuses `keys new %s`", async (line, code, advice) => {
    expectFailure(await make(...line.split(" ")), code, advice);
  });

  it("refuses a state folder that cannot be made", async () => {
    const ran = await runCommand("keys", "new", "alice", "--plain", "--state", "/proc/none");
    expectFailure(ran, "RUNTIME_CANNOT_WRITE", "/proc/none");
  });
});

describe("simulate epoch", () => {
  it("shows tables to people", async () => {
    const { code, stdout } = await runCommand("simulate", "epoch", "-f", file("s.yaml", SCENARIO));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name +kind +stake +consensus +incentive +dividend +emission$/m);
    expect(stdout).toMatch(/^good +miner/m);
  });

  it("gives programs amounts in spikes", async () => {
    const { stdout } = await runCommand("simulate", "epoch", "--json", "-f", file("s.yaml", SCENARIO));
    const { neurons } = JSON.parse(stdout) as { neurons: { emissionSpikes: string }[] };
    expect(neurons.reduce((sum, n) => sum + BigInt(n.emissionSpikes), 0n)).toBe(100_000_000_000n);
  });

  it.each([
    ["a file that is not there", "none.yaml", undefined, "CLI_NO_FILE", "none.yaml"],
    ["an amount of another form", "s.yaml", SCENARIO.replace("60.5", "lots"), "TYPES_BAD_AMOUNT", "lots"],
  ])("refuses %s", async (_what, name, text, code, advice) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    expectFailure(await runCommand("simulate", "epoch", "-f", path), code, advice);
  });
});

describe("a tool", () => {
  it("refuses text that is not there, before it trains or evaluates", async () => {
    mkdirSync(join(folder, "model"));
    const paths = ["--text", join(folder, "none.txt")];
    const train = await runCommand("train", "--out", join(folder, "model"), ...paths);
    expectFailure(train, "CLI_NO_TEXT", "corpus:en");
    expectFailure(await runCommand("evaluate", "--model", folder, ...paths), "CLI_NO_TEXT", "corpus:en");
  });

  it("refuses options of another form", async () => {
    const text = file("text.txt", "some text");
    const train = ["train", "--text", text, "--out", join(folder, "model")];
    expectFailure(await runCommand(...train, "--threads", "two"), "CLI_BAD_NUMBER", "--threads");
    expectFailure(await runCommand(...train, "--steps", "1e3"), "CLI_BAD_NUMBER", "--steps");
    expectFailure(await runCommand(...train, "--seed", "any"), "CLI_BAD_NUMBER", "--seed");
    expect((await runCommand(...train, "--seed", "4294967296")).stderr).toMatch(
      /seed: .*\[CONFIG_INVALID\]/s,
    );
  });

  it("says that there is no ledger to replay", async () => {
    expectFailure(await runCommand("replay", ...state), "LOCAL_NO_LEDGER", folder);
  });
});
