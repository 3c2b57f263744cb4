import { resolve } from "node:path";
import { readClusterState, writeClusterState } from "../io/clusterFolder.ts";
import { setFakeNodes } from "../io/fakeNodes.ts";
import { adminOf, planOf, startControlPlaneProgram } from "../startCluster.ts";
import { type Command, parseOptions } from "./command.ts";
import { DIR_OPTION, parseCount } from "./up.ts";

/** `fake-nodes COUNT [--dir D]`: so many nodes of eight GPUs that KWOK plays, beside the real ones. */
export const fakeNodes: Command = async ({ args, say }) => {
  const { positionals, values } = parseOptions(args, DIR_OPTION);
  const count = parseCount("fake-nodes", positionals[0] ?? "");
  const dir = resolve(values.dir);
  const state = readClusterState(dir);
  if (!state.hasKwok) {
    startControlPlaneProgram({ plan: planOf(state), dir, bin: state.bin, space: state.space }, "kwok");
    writeClusterState(dir, { ...state, hasKwok: true });
  }
  const startedMs = performance.now();
  const admin = adminOf(dir, state);
  try {
    await setFakeNodes(admin, count);
  } finally {
    admin.close();
  }
  say(`${count} fake nodes Ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return 0;
};
