// `make faults-operator`: the toy controller as two processes before a real kube-apiserver, one fault after the
// other. Prints a line a fault; fails when an event was missed, a pod doubled, or a recovery took more than 20 s.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectRealApi } from "../contract/apiUnderTest.ts";
import { startControlPlane } from "../contract/controlPlane.ts";
import { kubeconfigFor } from "../fakeApiServer/fakeApiServer.ts";
import { ToyWorld } from "../toy/toyWorld.ts";
import { ReplicaPair } from "./replicaPair.ts";
import {
  CONNECTION_SCENARIOS,
  type FaultBed,
  pause,
  type Recovery,
  recover,
  type Scenario,
  TOY,
} from "./scenarios.ts";
import { leaderScenarios, serverScenarios } from "./serverScenarios.ts";

const REPLICAS = 50;
const RECOVERED_MS = 20_000;
/** Far longer than allowed, so that a slow recovery is shown with its time. */
const GIVE_UP_MS = 90_000;
const STORM_MS = 10_000;
/** After this long without a fault the back-off of watches is the first again. */
const CALM_MS = 11_000;

const only = new RegExp(process.argv[2] ?? "");
const dir = mkdtempSync(join(tmpdir(), "ganglion-faults-"));
const plane = await startControlPlane(dir, ["kube-controller-manager"]);
const api = await connectRealApi(plane);
const kubeconfig = join(dir, "behind-faults.kubeconfig");
writeFileSync(kubeconfig, kubeconfigFor(api.access.server));
const world = await ToyWorld.open(api, "faults");
const pair = await ReplicaPair.start(kubeconfig, world.namespace, join(dir, "replicas.log"));
const bed: FaultBed = { world, replicas: REPLICAS, withinMs: GIVE_UP_MS, lastsMs: STORM_MS };
const recoveries: Recovery[] = [];
try {
  await world.createToy(TOY, REPLICAS);
  await world.settled(TOY, REPLICAS, GIVE_UP_MS);
  const scenarios: readonly Scenario[] = [
    ...CONNECTION_SCENARIOS,
    ...serverScenarios(plane),
    ...leaderScenarios(pair),
  ];
  for (const scenario of scenarios.filter(({ name }) => only.test(name))) {
    const recovery = await recover(bed, scenario);
    recoveries.push(recovery);
    process.stdout.write(`${lineOf(recovery)}\n`);
    await pause(CALM_MS);
  }
} finally {
  await pair.stop();
  await world.close();
  await api.close();
  await plane.close();
  rmSync(dir, { recursive: true, force: true });
}
const isGood = recoveries.every(
  ({ recoveredMs, surplus, duplicates }) =>
    recoveredMs <= RECOVERED_MS && surplus === 0 && duplicates.length === 0,
);
process.stdout.write(`${recoveries.length} faults, ${isGood ? "all recovered" : "FAILED"}\n`);
process.exitCode = isGood ? 0 : 1;

function lineOf({ name, recoveredMs, surplus, duplicates }: Recovery): string {
  const seconds = `${(recoveredMs / 1_000).toFixed(1)} s`.padStart(7);
  return `${name.padEnd(42)} recovered after ${seconds}, ${surplus} pods too many, ${duplicates.length} doubled`;
}
