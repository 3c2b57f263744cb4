import { errorMessage } from "@ganglion/types";
import { NODE_CHECKS } from "./nodeChecks.ts";
import { type Check, POD_CHECKS } from "./podChecks.ts";
import { SmokeContext, type SmokeOptions } from "./smokeContext.ts";

const CHECKS: readonly Check[] = [...POD_CHECKS, ...NODE_CHECKS];

/** Counts of checks by verdict; `unchecked` ones need nodes of ours. */
export type SmokeResult = { readonly passed: number; readonly failed: number; readonly unchecked: number };

/** Runs all checks, until asked to stop, in a namespace of their own, prints one line each, and removes the namespace. */
export async function runSmoke(options: SmokeOptions, print: (line: string) => void): Promise<SmokeResult> {
  const context = new SmokeContext(options);
  await context.kubectl("create", "namespace", options.namespace);
  const counts = { passed: 0, failed: 0, unchecked: 0 };
  try {
    for (const check of CHECKS) {
      if (options.signal.aborted) break;
      const startedMs = performance.now();
      const { verdict, note } = await runCheck(check, context);
      counts[verdict]++;
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
      print(`${LABELS[verdict]} ${seconds} s  ${check.name}${note === "" ? "" : `: ${note}`}`);
    }
  } finally {
    await context.kubectl("delete", "namespace", options.namespace, "--wait=false");
  }
  return counts;
}

const LABELS = { passed: "ok       ", failed: "FAILED   ", unchecked: "unchecked" };

async function runCheck(
  { run }: Check,
  context: SmokeContext,
): Promise<{ readonly verdict: keyof SmokeResult; readonly note: string }> {
  try {
    if (run.on === "any") await run.check(context);
    else if (context.own === undefined)
      return { verdict: "unchecked", note: "needs nodes started by `make cluster`" };
    else if (context.own.state.nodeCount < (run.nodes ?? 1))
      return { verdict: "unchecked", note: `needs ${run.nodes} real nodes` };
    else await run.check(context, context.own);
    return { verdict: "passed", note: "" };
  } catch (error) {
    return { verdict: "failed", note: errorMessage(error) };
  }
}
