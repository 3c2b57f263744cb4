import { asSpikes, type Spikes } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readStruct } from "../state/rows.ts";
import { findFreeSlot } from "../state/slots.ts";
import { registrationsLeft } from "../tx/register.ts";

/** What a registration needs in the next block. */
export type RegistrationView = {
  readonly difficulty: bigint;
  readonly burnPrice: Spikes;
  /** What this interval still takes. */
  readonly registrationsLeft: number;
  /** Height of the next block that has a slot; undefined if none is known. */
  readonly nextFreeHeight: number | undefined;
};

export function readRegistration(state: LedgerState): RegistrationView {
  const params = readParams(state);
  const { difficulty, burnPrice } = readStruct(state, "registration");
  const next = readStruct(state, "clock").height + 1;
  const slot = findFreeSlot(state, next, params);
  return {
    difficulty,
    burnPrice: asSpikes(burnPrice),
    registrationsLeft: registrationsLeft({ state, params }),
    nextFreeHeight: slot.kind === "none" ? slot.nextFreeHeight : next,
  };
}
