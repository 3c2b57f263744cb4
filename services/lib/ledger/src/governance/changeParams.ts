import { GOVERNED_PARAMS, type ProtocolParams } from "@ganglion/params";
import { PARAMETER_NAMES, type ParameterChange } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { findParamsProblem } from "../state/checkParams.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { rowCount } from "../state/rows.ts";

/** Epochs that a validator may be silent at least, or all would count as inactive between two of their reveals. */
const ACTIVITY_EPOCHS = 2;

/** Rule GOV-5: the parameters after some changes, or why they cannot be. */
export function changeParams(
  state: LedgerState,
  changes: readonly ParameterChange[],
): ProtocolParams | Rejection {
  const problem = findChangeProblem(changes);
  if (problem !== undefined) return problem;
  const before = readParams(state);
  const changed = changes.map(({ param, value }) => {
    const name = PARAMETER_NAMES[param] ?? "";
    const isBig = typeof Object.entries(before).find(([key]) => key === name)?.[1] === "bigint";
    return [name, isBig ? value : Number(value)] as const;
  });
  const after: ProtocolParams = { ...before, ...Object.fromEntries(changed) };
  const relation = findParamsProblem(after);
  if (relation !== undefined) return reject("GOV_PARAM_RELATION", `${relation.message}, ${relation.code}`);
  const used = findUseProblem(state, after, new Set<string>(changed.map(([name]) => name)));
  return used === undefined ? after : reject("GOV_PARAM_RELATION", used);
}

/** What a list of changes breaks by itself. */
function findChangeProblem(changes: readonly ParameterChange[]): Rejection | undefined {
  if (changes.length === 0) return reject("GOV_BAD_PARAM");
  let last = -1;
  for (const { param, value } of changes) {
    const name = PARAMETER_NAMES[param];
    if (name === undefined || param <= last) return reject("GOV_BAD_PARAM", `parameter ${param}`);
    last = param;
    const bounds = GOVERNED_PARAMS[name];
    if (bounds === undefined) return reject("GOV_PARAM_FIXED", name);
    if (value < bounds.least || value > bounds.most)
      return reject("GOV_PARAM_BOUNDS", `${name}: ${bounds.least} to ${bounds.most}`);
  }
  return undefined;
}

/** Limits hold what is there; nobody is silenced by being slower than he can be. */
function findUseProblem(
  state: LedgerState,
  after: ProtocolParams,
  changed: ReadonlySet<string>,
): string | undefined {
  const { epochLengthBlocks } = after;
  const rules: readonly (readonly [keyof ProtocolParams, boolean, string])[] = [
    ["maxNeurons", after.maxNeurons >= rowCount(state, "neurons"), "at least the slots that exist"],
    ["maxDomains", after.maxDomains >= rowCount(state, "domains"), "at least the domains that exist"],
    ["commitCutoffBlocks", after.commitCutoffBlocks * 2 <= epochLengthBlocks, "at most half an epoch"],
    [
      "activityCutoffBlocks",
      after.activityCutoffBlocks >= ACTIVITY_EPOCHS * epochLengthBlocks,
      `at least ${ACTIVITY_EPOCHS} epochs`,
    ],
  ];
  const broken = rules.find(([name, holds]) => changed.has(name) && !holds);
  return broken && `${broken[0]}: ${broken[2]}`;
}
