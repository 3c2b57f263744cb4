import { isKubeError } from "../api/kubeError.ts";
import type { KubeObject, Manifest } from "../api/kubeObject.ts";
import type { ResourceClient } from "../api/resourceClient.ts";
import { backoffDelayMs } from "../queue/backoff.ts";
import { sleep, type TimerClock } from "../timerClock.ts";

const BACKOFF = { baseMs: 50, maxMs: 1_000 };

/**
 * Creates an object whose name is derived from what the decision rests on, and asks again under that very name while it is
 * open whether the server did it. A reconciler that decided anew meanwhile could choose another name, since what it
 * rested on (a predecessor that is on its way out) may be gone before the first one shows: then both would be made.
 * Resolves once the object is there; expect it in the cache as after any creation.
 *
 * @throws GanglionError what refuses for sure; KUBE_ALREADY_EXISTS only of the first try; when the signal aborts first,
 * what was last open
 */
export async function createSurely<T extends KubeObject>(
  client: Pick<ResourceClient<T>, "create">,
  manifest: Manifest,
  { clock, signal }: { readonly clock: TimerClock; readonly signal: AbortSignal },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await client.create(manifest, { signal });
      return;
    } catch (error) {
      if (tries > 0 && isKubeError(error, "KUBE_ALREADY_EXISTS")) return;
      if (!isKubeError(error, "KUBE_TIMEOUT", "KUBE_UNREACHABLE")) throw error;
      await sleep(clock, backoffDelayMs(tries, BACKOFF, Math.random), signal);
      if (signal.aborted) throw error;
    }
  }
}
