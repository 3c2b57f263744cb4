import { randomInt } from "node:crypto";
import { rmSync } from "node:fs";
import { clientOf, isExact, newBlockMs, readIssuance } from "../market.ts";
import { restartChain } from "../restartChain.ts";
import { runGanglion } from "../runGanglion.ts";
import { Up } from "../runUp.ts";
import { writeTinyNetwork } from "../tinyNetwork.ts";
import { atMost, type Check, fact } from "./figure.ts";

const KILLS = 10;
const START_MS = 120_000;
const LONGEST_LIFE_MS = 12_000;
const SHORTEST_LIFE_MS = 300;
/** Of the ledger in the small network's file. */
const CHAIN = "chain";

/**
 * Ten kills of a whole small market at random moments, and of its chain program alone once it answers again: each start
 * continues, and the log gives the same roots.
 */
export const kills: Check = {
  name: "kills",
  repeated: false,
  run: async ({ quick, say }) => {
    const network = await writeTinyNetwork();
    const args = ["-f", network.file, "--state", network.stateDir, "--metrics-port", "0"];
    const blockMs: number[] = [];
    const restartMs: number[] = [];
    let height = 0;
    let lost = 0;
    for (let kill = 0; kill < (quick ? 3 : KILLS); kill++) {
      const up = new Up(args, network.folder);
      const line = await up.line(({ event }) => event === "firstBlock", START_MS);
      if (Number(line["height"]) < height) lost++;
      blockMs.push(await newBlockMs(up, network.stateDir, height, START_MS));
      await new Promise((resolve) => setTimeout(resolve, randomInt(SHORTEST_LIFE_MS, LONGEST_LIFE_MS)));
      height = await heightOf(network.stateDir);
      await up.killAll();
      const restart = await restartChain(network.stateDir, CHAIN);
      if (restart.height < height) lost++;
      restartMs.push(restart.tookMs);
      say(`killed at height ${height}, the chain answered after ${restart.tookMs.toFixed(0)} ms`);
    }
    const up = new Up(args, network.folder);
    await up.line(({ event }) => event === "firstBlock", START_MS);
    await up.line(({ event, minersPaid }) => event === "epoch" && Number(minersPaid) > 0, START_MS);
    const client = clientOf(network.stateDir);
    const issuance = await readIssuance(client, network.stateDir);
    client.close();
    await up.stop();
    const replay = await runGanglion(["replay", "--state", network.stateDir]);
    rmSync(network.folder, { recursive: true, force: true });
    return [
      fact(`${blockMs.length} kills: no committed block lost`, lost === 0, `${lost} lost`),
      atMost("after a kill: slowest restart of the chain program", Math.max(...restartMs) / 1000, 2, "s"),
      atMost("after a kill: slowest new block", Math.max(...blockMs) / 1000, 5, "s"),
      fact("after the kills: issuance to the last spike", isExact(issuance), `${issuance.issuance} spikes`),
      fact(
        "after the kills: all roots replay",
        replay.code === 0,
        (replay.stdout || replay.stderr).trim().slice(0, 60),
      ),
    ];
  },
};

async function heightOf(stateDir: string): Promise<number> {
  const client = clientOf(stateDir);
  const { height } = await client.status();
  client.close();
  return height;
}
