import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type ClusterState, writeClusterState } from "../../src/io/clusterFolder.ts";
import { isAlive, type ProcessFacts, readProcess } from "../../src/io/processes.ts";
import { hasRemains, stopCluster } from "../../src/stopCluster.ts";

const LINK = "1: never-there: <UP>";
const say = (): void => undefined;

describe("what an interrupted boot left", () => {
  let folder = "";
  let dir = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ganglion-stop-"));
    dir = join(folder, "cluster");
    mkdirSync(dir);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A machine that had a link which is not there now: the comparison has something to tell. */
  function noteMachine(): void {
    writeFileSync(join(dir, "host-before.json"), JSON.stringify({ links: [LINK] }));
  }

  it("is ended though its namespaces did not stand yet", async () => {
    noteMachine();
    const starter = startSleep();
    writeClusterState(dir, interruptedState(starter));

    const left = await stopCluster(dir, say);

    expect(isAlive(starter)).toBe(false);
    expect(existsSync(dir)).toBe(false);
    expect(left).toContain(`- links: ${LINK}`);
    expect(left.filter((line) => /^\+ (process|namespace|cgroup): /.test(line))).toEqual([]);
  });

  it("is compared and removed when only the machine had been noted", async () => {
    noteMachine();

    expect(hasRemains(dir)).toBe(true);
    expect(await stopCluster(dir, say)).toContain(`- links: ${LINK}`);
    expect(existsSync(dir)).toBe(false);
  });

  it("is nothing in a folder of somebody else's", () => {
    writeFileSync(join(dir, "notes.txt"), "mine");

    expect(hasRemains(dir)).toBe(false);
  });
});

function startSleep(): ProcessFacts {
  const { pid = 0 } = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const found = readProcess(pid);
  if (found === undefined) throw new Error("no sleep");
  return found;
}

function interruptedState(space: ProcessFacts): ClusterState {
  return {
    id: "testtest",
    bin: "/nowhere",
    nodeCount: 3,
    gpusPerNode: 0,
    port: 0,
    space,
    bootedBy: { pid: space.pid, startTicks: 0 },
    nodes: {},
    hasKwok: false,
    runc: "",
    cniPlugins: "",
  };
}
