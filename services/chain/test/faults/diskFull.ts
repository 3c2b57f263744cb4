import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ensureNodeKey, nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { withNetwork } from "./faultNetwork.ts";
import { hostCommand } from "./hostCommand.ts";
import type { Scenario } from "./scenario.ts";

const FULL = 3;
const SIZE = "64m";
const STOPS_MS = 90_000;
const LEFT_BYTES = 300_000;
const CHUNK = new Uint8Array(65_536).fill(1);

/** One of four has no more space: it stops and says so, the others go on, and with space it goes on where it was. */
export const diskFull: Scenario = {
  name: "disk",
  needsRoot: true,
  run: () => {
    let mounted = "";
    const plan = (specs: readonly NodeSpec[]) => {
      mounted = specs[FULL]?.folder ?? "";
      return specs.map((spec, node) => (node === FULL ? onSmallDisk(spec) : spec));
    };
    return withNetwork({ plan, onEnd: () => hostCommand("umount", "--lazy", mounted) }, async (network) => {
      await network.reachAll(3);
      const ballast = join(mounted, "ballast");
      fill(mounted, ballast);
      const child = network.child(FULL);
      const why = await Promise.race([
        child.exited.then(() => child.errors.trim()),
        setTimeout(STOPS_MS, undefined),
      ]);
      const before = network.height;
      await network.msUntil(before + 3);
      rmSync(ballast);
      if (why === undefined) await network.kill(FULL);
      await network.start(FULL).reach(before + 3, STOPS_MS);
      await network.reachAll(network.height + 2);
      await network.stop();
      return [
        {
          check: "a full disk: the node stops and says why",
          holds: why !== undefined && /space|full/i.test(why),
          figure: why?.slice(0, 160) ?? "it did not stop",
        },
        {
          check: "the others go on, and with space it goes on",
          holds: true,
          figure: `from height ${before}`,
        },
        ...(await network.verify()),
      ];
    });
  },
};

/** Its name among the others is in its folder. */
function onSmallDisk(spec: NodeSpec): NodeSpec {
  const { folder } = spec;
  const kept = `${folder}-key`;
  ensureNodeKey(nodeHome(folder));
  hostCommand("cp", "-a", folder, kept);
  hostCommand("mount", "-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", folder);
  hostCommand("cp", "-a", `${kept}/.`, folder);
  return spec;
}

function fill(folder: string, ballast: string): void {
  const file = openSync(ballast, "w");
  try {
    for (let left = free(folder) - LEFT_BYTES; left > 0; left -= CHUNK.length) writeSync(file, CHUNK);
  } catch (error) {
    ftruncateSync(file);
    throw error;
  } finally {
    closeSync(file);
  }
}

function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
