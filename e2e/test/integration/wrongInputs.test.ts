import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { readGenesis, startChain } from "@ganglion/chain";
import { openKeystore } from "@ganglion/keys";
import { createLogger } from "@ganglion/runtime/log";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Ran, type RunOptions, runGanglion } from "../../src/runGanglion.ts";
import { Up } from "../../src/runUp.ts";
import { writeSmallestNetwork } from "../../src/tinyNetwork.ts";

const RUN_MS = 120_000;
const DAY_MS = 86_400_000;

/** What a new user may do wrong: each gives one coded error that says what to do, and harms nothing. */
describe("a wrong input", () => {
  const { folder, file } = writeSmallestNetwork();
  const stateDir = join(folder, "state");
  const text = readFileSync(join(folder, file), "utf8");

  const upOf = (network: string, options: RunOptions = {}, ...args: string[]): Promise<Ran> =>
    runGanglion(["up", "-f", network, "--state", stateDir, "--metrics-port", "0", "--for", "90s", ...args], {
      cwd: folder,
      ...options,
    });
  const up = (options?: RunOptions): Promise<Ran> => upOf(file, options);
  const networkOf = (change: (text: string) => string): string => {
    writeFileSync(join(folder, "changed.yaml"), change(text));
    return "changed.yaml";
  };
  const expectRefused = (ran: Ran, code: string, advice: RegExp): void => {
    expect(ran.stderr).toMatch(new RegExp(`^error: [\\s\\S]*\\[${code}\\]\n$`));
    expect(ran.stderr).toMatch(advice);
    expect(ran.stderr.match(/^error: /gm)).toHaveLength(1);
    expect(ran.code).toBe(1);
  };
  /** The network makes a block and stops well. */
  const expectGood = async (...args: string[]): Promise<void> => {
    const good = new Up(["-f", file, "--state", stateDir, "--metrics-port", "0", ...args], folder);
    await good.line(({ event }) => event === "firstBlock", RUN_MS);
    expect(await good.stop()).toMatchObject({ code: 0 });
  };
  /** Alters a file, expects the refusal, puts the file back and expects all to be as before. */
  const spoil = async (path: string, alter: (path: string) => void, code: string, advice: RegExp) => {
    const before = readFileSync(path);
    alter(path);
    expectRefused(await up(), code, advice);
    writeFileSync(path, before);
    await expectGood();
  };

  beforeAll(async () => {
    await expectGood();
  }, RUN_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe("in the network's file", () => {
    it("that is no YAML names the line", async () => {
      const network = networkOf((good) => `${good}\n---\nkind: [Miner`);
      expectRefused(await upOf(network), "LOCAL_BAD_NETWORK", /changed\.yaml:\d+:\d+: /);
    });

    it("that is an unknown field names it and its line", async () => {
      const network = networkOf((good) => good.replace("plugin: noise", "plugin: noise, speed: 9"));
      expectRefused(await upOf(network), "LOCAL_BAD_NETWORK", /changed\.yaml:\d+:\d+: .*speed/);
    });

    it("that is a model which is not there names its path", async () => {
      const network = networkOf((good) => good.replace("plugin: noise", "plugin: expert, path: nowhere"));
      expectRefused(await upOf(network), "LOCAL_NO_FILE", /nowhere/);
    });

    it("that is a file which is not there says how to give one", async () => {
      expectRefused(await upOf("none.yaml"), "CLI_NO_FILE", /-f/);
    });
  });

  describe("of the machine", () => {
    let holder: Server;
    let taken: number;

    beforeAll(async () => {
      holder = createServer();
      taken = await new Promise((resolve) =>
        holder.listen(0, "127.0.0.1", () => {
          const address = holder.address();
          resolve(typeof address === "object" && address !== null ? address.port : 0);
        }),
      );
    });

    afterAll(() => {
      holder.close();
    });

    it("that is a metrics port in use names the port", async () => {
      const ran = await upOf(file, {}, "--metrics-port", String(taken));
      expectRefused(ran, "RUNTIME_PORT_IN_USE", new RegExp(String(taken)));
    });

    it(
      "that is a miner's port in use names the port",
      async () => {
        const network = networkOf((good) =>
          good.replace(
            "  models: [{ plugin: noise }]",
            `  endpoint: { port: ${taken} }\n  models: [{ plugin: noise }]`,
          ),
        );
        expectRefused(await upOf(network), "GRPC_PORT_IN_USE", new RegExp(String(taken)));
        await expectGood();
      },
      RUN_MS,
    );

    it("that is a state folder it cannot write says what to do", async () => {
      writeFileSync(join(folder, "file"), "");
      const ran = await runGanglion(["up", "-f", file, "--state", "file/state", "--metrics-port", "0"], {
        cwd: folder,
      });
      expectRefused(ran, "LOCAL_FOLDER_UNWRITABLE", /--state/);
    });

    it(
      "that is a full disk stops it and leaves all blocks usable",
      async () => {
        const full = await upOf(file, { before: "trap '' XFSZ; ulimit -f 100; exec" });
        expectRefused(full, "CHAIN_STORE_WRITE_FAILED", /space/);
        await expectGood();
      },
      2 * RUN_MS,
    );

    it(
      "that is a clock behind the last block is refused until it is right",
      async () => {
        await makeBlocksOfTomorrow();
        expectRefused(await up(), "CHAIN_CLOCK_BEHIND", /clock/);
        await expectGood("--fresh");
      },
      RUN_MS,
    );
  });

  describe("in the state folder", () => {
    it(
      "that is a damaged ledger is refused",
      async () => {
        const cut = (path: string) => truncateSync(path, 40_960);
        await spoil(
          join(stateDir, "chain", "data.mdb"),
          cut,
          "CHAIN_STORE_CORRUPT",
          /restore|--fresh|remove|delete/i,
        );
      },
      RUN_MS,
    );

    it(
      "that is a damaged genesis is refused",
      async () => {
        const cut = (path: string) => truncateSync(path, 100);
        await spoil(join(stateDir, "genesis.json"), cut, "GENESIS_BAD", /genesis\.json: [\s\S]*restore/);
      },
      RUN_MS,
    );

    it(
      "that is a damaged keyfile is refused",
      async () => {
        const cut = (path: string) => truncateSync(path, 40);
        await spoil(join(stateDir, "keys", "noise.key.json"), cut, "KEYS_[A-Z_]+", /noise/);
      },
      RUN_MS,
    );

    it(
      "that is a damaged checkpoint is refused",
      async () => {
        const walk = join(stateDir, "validators", "validator-a", "walk.json");
        mkdirSync(dirname(walk), { recursive: true });
        const before = existsSync(walk) ? readFileSync(walk) : undefined;
        writeFileSync(walk, "{");
        expectRefused(await up(), "VALIDATOR_WALK_CORRUPT", /walk\.json/);
        if (before) writeFileSync(walk, before);
        else rmSync(walk);
        await expectGood();
      },
      RUN_MS,
    );
  });

  /** The ledger goes on for three blocks under a clock that is a day ahead. */
  async function makeBlocksOfTomorrow(): Promise<void> {
    const genesis = readGenesis(join(stateDir, "genesis.json"));
    const key = openKeystore(join(stateDir, "keys")).load("validator-a.consensus");
    const chain = await startChain(
      {
        genesis,
        consensusSeed: key.seed,
        dataDir: join(stateDir, "chain"),
        host: "127.0.0.1",
        port: 0,
        blockIntervalMs: 20,
        checkInvariants: false,
        mempool: { maxTransactions: 10, maxBytes: 10_000, maxPerAccount: 10 },
      },
      { logger: createLogger({ level: "silent" }), clock: { nowMs: () => Date.now() + DAY_MS } },
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await chain.close();
  }
});
