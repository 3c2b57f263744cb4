import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChainClient } from "@ganglion/client";
import { decodeAddress } from "@ganglion/keys";
import { readRunFile } from "@ganglion/local";
import { GanglionError } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { clientOf, isExact, readIssuance, until } from "../../src/market.ts";
import { commandOf, processesOf } from "../../src/processTree.ts";
import { type Ran, runGanglion } from "../../src/runGanglion.ts";
import { Up } from "../../src/runUp.ts";
import { type TinyNetwork, writeTinyNetwork } from "../../src/tinyNetwork.ts";

const START_MS = 60_000;
const EMISSION_MS = 240_000;
const UNBONDING_MS = 120_000;

/** One market for all: the tests follow its life in order. */
describe("a market on one machine", () => {
  let network: TinyNetwork;
  let up: Up;
  let client: ChainClient;

  const start = (): Up =>
    new Up(["-f", network.file, "--state", network.stateDir, "--metrics-port", "0"], network.folder);
  const run = (...args: string[]): Promise<Ran> => runGanglion([...args, "--state", network.stateDir]);
  const json = async (...args: string[]): Promise<unknown> => {
    const ran = await run(...args, "--json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    return JSON.parse(ran.stdout);
  };

  const addressOf = async (name: string): Promise<Uint8Array> => {
    const keys = (await json("keys", "list")) as { name: string; address: string }[];
    return decodeAddress(keys.find((key) => key.name === name)?.address ?? "");
  };
  const blockAt = async (height: number): Promise<{ readonly hash: string }> => {
    for await (const block of client.blocks(height, new AbortController().signal))
      return { hash: Buffer.from(block.hash).toString("hex") };
    throw new GanglionError("E2E_NO_BLOCK", `no block ${height}`);
  };

  beforeAll(async () => {
    network = await writeTinyNetwork();
    up = start();
    await up.line(({ event }) => event === "firstBlock", START_MS);
    client = clientOf(network.stateDir);
  }, 2 * START_MS);

  afterAll(async () => {
    client.close();
    await up.killAll();
  });

  it(
    "pays miners by consensus, the expert more than the noise",
    async () => {
      await up.line(({ event, minersPaid }) => event === "epoch" && Number(minersPaid) > 0, EMISSION_MS);
      const graph = await client.metagraph();
      const { names } = readRunFile(network.stateDir);
      const of = (name: string) =>
        graph.neurons.find((n) => names[Buffer.from(n.hotkey).toString("hex")] === name);
      expect(of("expert-sums")?.incentive).toBeGreaterThan(2 * (of("noise")?.incentive ?? 0));
      expect(of("expert-sums")?.emission).toBeGreaterThan(0n);
      await json("unstake", "expert-sums", "1", "--from", "owner");
      expect(await json("account", "owner")).toMatchObject({ unbondings: [{ amount: "1000000000" }] });
    },
    EMISSION_MS,
  );

  it(
    "trains the expert that is missing while it makes blocks",
    async () => {
      const trained = await up.line(({ event }) => event === "trained", EMISSION_MS);
      expect(trained).toMatchObject({ name: "expert-prose" });
      await up.line(({ event, name }) => event === "registered" && name === "expert-prose", START_MS);
    },
    EMISSION_MS,
  );

  it("has issued what its epochs minted less what was recycled, and accounts hold all of it", async () => {
    const issuance = await readIssuance(client, network.stateDir);
    expect(issuance.minted).toBeGreaterThan(0n);
    expect(isExact(issuance)).toBe(true);
  });

  it("shows metagraph, neuron, account, epoch and validator report", async () => {
    expect(await json("metagraph")).toMatchObject({ neurons: expect.arrayContaining([expect.anything()]) });
    expect(await json("neuron", "expert-sums")).toMatchObject({
      name: "expert-sums",
      role: "miner",
      hotkey: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await json("account", "owner")).toMatchObject({ exists: true, stakes: expect.anything() });
    expect(await json("epoch")).toMatchObject({ neurons: expect.anything() });
    const reports = await json("validator", "report");
    expect(reports).toMatchObject([{ report: { domains: [{ name: "prose" }, { name: "sums" }] } }, {}]);
  });

  it("completes a text and says who made it", async () => {
    const answer = await json("complete", "SUM(20,30)=50;\nSUM(11,", "--bytes", "12");
    expect(answer).toMatchObject({
      continuation: expect.stringMatching(/^[\s\S]+$/),
      miners: expect.arrayContaining([
        { name: "expert-sums", uid: expect.any(Number), share: expect.any(Number) },
      ]),
    });
  });

  it("serves the metrics of every program on one port", async () => {
    const response = await fetch(readRunFile(network.stateDir).metrics);
    const text = await response.text();
    for (const program of ["chain", "miner", "validator"]) expect(text).toMatch(`\nganglion_${program}_`);
  });

  it("refuses a wrong password and an amount that is not there, with a code", async () => {
    writeFileSync(join(network.folder, "right"), "correct horse\n");
    writeFileSync(join(network.folder, "wrong"), "battery staple\n");
    await json("keys", "new", "locked", "--password-file", join(network.folder, "right"));
    const pay = ["transfer", "owner", "1", "--from", "locked", "--password-file"];
    const wrong = await run(...pay, join(network.folder, "wrong"));
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("[KEYS_WRONG_PASSWORD]") });
    const poor = await run(...pay, join(network.folder, "right"));
    expect(poor).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[[A-Z]+_[A-Z_]+\]\n$/) });
  });

  it("restores a key from its backup phrase", async () => {
    const made = (await json("keys", "new", "first", "--plain")) as { backupPhrase: string; address: string };
    const restored = await runGanglion(
      ["keys", "import", "second", "--plain", "--json", "--state", network.stateDir],
      { input: `${made.backupPhrase}\n` },
    );
    expect(JSON.parse(restored.stdout)).toMatchObject({ address: made.address });
    expect(await json("keys", "list")).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "second", address: made.address })]),
    );
  });

  it("says who holds the folder to a second start", async () => {
    const second = await runGanglion(
      ["up", "-f", network.file, "--state", network.stateDir, "--metrics-port", "0"],
      {
        cwd: network.folder,
      },
    );
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${up.pid}`);
    expect(second.stderr).toContain("[LOCAL_FOLDER_HELD]");
  });

  it(
    "moves what the owner earned: unstake, transfer, stake",
    async () => {
      await json("keys", "new", "friend", "--kind", "coldkey", "--plain");
      const balance = async () => (await client.account(await addressOf("owner"))).balance;
      await until(
        async () => ((await balance()) > 0n ? true : undefined),
        UNBONDING_MS,
        "stake that is free again",
      );
      await json("transfer", "friend", "0.5", "--from", "owner");
      await json("stake", "expert-sums", "0.1", "--from", "owner");
      expect(await client.account(await addressOf("friend"))).toMatchObject({ balance: 500_000_000n });
      expect(await balance()).toBeLessThan(400_000_000n);
      expect(isExact(await readIssuance(client, network.stateDir))).toBe(true);
    },
    UNBONDING_MS + START_MS,
  );

  it("goes on where the chain fell, on the same port", async () => {
    const before = await client.status();
    const chains = processesOf(up.pid).filter((pid) => isProgram(pid, "chain"));
    expect(chains).toHaveLength(1);
    for (const pid of chains) process.kill(pid, "SIGKILL");
    const after = await until(
      async () => {
        const status = await client.status().catch(() => undefined);
        return status && status.height > before.height ? status : undefined;
      },
      START_MS,
      "block after the fall",
    );
    expect(after.genesisHash).toEqual(before.genesisHash);
  });

  it("loses no committed block when all of it is killed", async () => {
    const { height } = await client.status();
    const block = await blockAt(height);
    client.close();
    await up.killAll();
    up = start();
    await up.line(({ event }) => event === "firstBlock", START_MS);
    client = clientOf(network.stateDir);
    await until(
      async () => ((await client.status()).height > height ? true : undefined),
      START_MS,
      "new block",
    );
    expect(await blockAt(height)).toEqual(block);
  });

  it("stops in time at Ctrl-C and leaves no process and a log that replays to the same roots", async () => {
    const { code } = await up.stop();
    expect(code).toBe(0);
    expect(processesOf(up.pid).map(commandOf)).toEqual([]);
    const summary = up.lines.at(-1);
    expect(summary).toMatchObject({ event: "summary", issuance: expect.stringMatching(/^\d+$/) });
    const replayed = await json("replay");
    expect(replayed).toMatchObject({ stateRoot: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Number((replayed as { blocks: number }).blocks)).toBeGreaterThanOrEqual(
      Number(summary?.["height"]),
    );
  });
});

/** Whether a process runs that program of ours. */
function isProgram(pid: number, name: string): boolean {
  return commandOf(pid).some((word) => word.endsWith(`/${name}/src/main.ts`));
}
