import { bytesToHex, type Hotkey } from "@ganglion/types";
import { Refusal } from "./refusal.ts";

const BUSY_RETRY_MS = 250;

/** Bounds the calls in hand, in all and for each caller, so that one who reads slowly cannot hold them all. */
export type CallSlots = {
  /** @throws Refusal CALL_OVERLOADED; otherwise returns what gives the slot back (once). */
  readonly take: (caller: Hotkey) => () => void;
};

export function createCallSlots(maxInFlight: number): CallSlots {
  const perCaller = new Map<string, number>();
  const maxPerCaller = Math.ceil(maxInFlight / 4);
  let inFlight = 0;
  return {
    take: (caller) => {
      const id = bytesToHex(caller);
      const own = perCaller.get(id) ?? 0;
      if (inFlight >= maxInFlight || own >= maxPerCaller)
        throw new Refusal(
          "CALL_OVERLOADED",
          `too many calls in hand: ${inFlight} of ${maxInFlight}, the caller's ${own} of ${maxPerCaller}`,
          BUSY_RETRY_MS,
        );
      inFlight++;
      perCaller.set(id, own + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        inFlight--;
        const left = (perCaller.get(id) ?? 1) - 1;
        if (left === 0) perCaller.delete(id);
        else perCaller.set(id, left);
      };
    },
  };
}
