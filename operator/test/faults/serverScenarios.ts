import type { ControlPlaneChild } from "../contract/controlPlane.ts";
import { eventually } from "../contract/eventually.ts";
import type { ToyWorld } from "../toy/toyWorld.ts";
import type { ReplicaPair } from "./replicaPair.ts";
import { pause, type Scenario, TOY } from "./scenarios.ts";

const KILLED = 5;
const PAUSED_MS = 60_000;
/** How long the paused leader may go on after it was woken, before it is looked for what it did. */
const WOKEN_MS = 3_000;

/** Crashes of the server's own programs. Pods end while nobody watches, or as soon as the server is back. */
export function serverScenarios(plane: ControlPlaneChild): readonly Scenario[] {
  return [
    {
      name: "kube-apiserver crashed and started",
      run: async ({ world }) => {
        await world.kill(TOY, KILLED);
        await plane.stopProgram("kube-apiserver", "kill");
        await plane.startProgram("kube-apiserver");
      },
    },
    {
      name: "kube-apiserver restarted, pods end after",
      run: async ({ world }) => {
        await plane.stopProgram("kube-apiserver", "stop");
        await plane.startProgram("kube-apiserver");
        await killWhenUp(world);
      },
    },
    {
      name: "etcd crashed and started",
      run: async ({ world }) => {
        await plane.stopProgram("etcd", "kill");
        await plane.startProgram("etcd");
        await killWhenUp(world);
      },
    },
  ];
}

/** The leader dies, ends well, or sleeps while another one takes over. */
export function leaderScenarios(pair: ReplicaPair): readonly Scenario[] {
  return [
    {
      name: "leader killed",
      run: async ({ world }) => {
        const leader = await pair.leader();
        leader.signal("SIGKILL");
        await leader.exited;
        await world.kill(TOY, KILLED);
      },
    },
    {
      name: "leader stopped",
      run: async ({ world }) => {
        const leader = await pair.leader();
        leader.signal("SIGTERM");
        await world.kill(TOY, KILLED);
      },
    },
    {
      name: "leader paused, another takes over",
      run: async ({ world }) => {
        const leader = await pair.leader();
        leader.signal("SIGSTOP");
        setTimeout(() => leader.signal("SIGCONT"), PAUSED_MS);
        await world.kill(TOY, KILLED);
      },
    },
    {
      name: "leader paused for 60 s, woken beside another",
      run: async ({ world, replicas, withinMs }) => {
        // The one that was paused before has to wake, to see that it leads no more, and to be started again.
        await pause(PAUSED_MS);
        const leader = await pair.leader();
        leader.signal("SIGSTOP");
        await pause(PAUSED_MS);
        await world.settled(TOY, replicas, withinMs);
        await world.kill(TOY, KILLED);
        leader.signal("SIGCONT");
        await pause(WOKEN_MS);
      },
    },
  ];
}

/** The world's own connection to the server breaks as well: it kills by name, each once. */
async function killWhenUp(world: ToyWorld): Promise<void> {
  const victims = world.live(TOY).slice(0, KILLED);
  for (const { metadata } of victims)
    await eventually(`${metadata.name} is killed`, () =>
      world.killPod(metadata.name).then(
        () => true,
        () => false,
      ),
    );
}
