import { hexToBytes, isVacantHotkey } from "@ganglion/types";
import type { NetworkSnapshot, ProgramView } from "./snapshot.ts";

/** Something that a person or program following a network wants to know, as one line. */
export type NetworkEvent = { readonly event: string } & Readonly<Record<string, string | number | boolean>>;

/** What happened between two looks at the network: slots taken or emptied, epochs, programs that changed state. */
export function changesBetween(before: NetworkSnapshot | undefined, after: NetworkSnapshot): NetworkEvent[] {
  return [
    ...programChanges(before?.programs ?? [], after.programs),
    ...firstBlock(before, after),
    ...slots(before, after),
    ...epochs(before, after),
  ];
}

function programChanges(before: readonly ProgramView[], after: readonly ProgramView[]): NetworkEvent[] {
  const known = new Map(before.map(({ name, state }) => [name, state]));
  return after
    .filter(({ name, state }) => !state.includes(" %") && known.get(name) !== state)
    .map(({ name, state }) => ({ event: "program", name, state }));
}

function firstBlock(before: NetworkSnapshot | undefined, after: NetworkSnapshot): NetworkEvent[] {
  if (after.height === 0 || (before?.height ?? 0) > 0) return [];
  return [{ event: "firstBlock", height: after.height, uptimeMs: after.uptimeMs }];
}

function slots(before: NetworkSnapshot | undefined, after: NetworkSnapshot): NetworkEvent[] {
  const known = new Map((before?.neurons ?? []).map(({ uid, hotkey }) => [uid, hotkey]));
  return after.neurons
    .filter(({ uid, hotkey }) => known.get(uid) !== hotkey)
    .map(({ uid, name, hotkey }) => ({
      event: isVacantHotkey(hexToBytes(hotkey)) ? "vacated" : "registered",
      uid,
      name,
      height: after.height,
    }));
}

/**
 * A finished epoch, and each validator's quality at its end. A network that continues is first seen in the middle: only
 * what was seen before can have ended.
 */
function epochs(before: NetworkSnapshot | undefined, after: NetworkSnapshot): NetworkEvent[] {
  if (before?.epoch === undefined || before.epoch === after.epoch) return [];
  const miners = after.neurons.filter((n) => n.role === "miner");
  const paid = miners.filter((n) => n.incentive > 0).length;
  return [
    {
      event: "epoch",
      epoch: before.epoch,
      height: after.height,
      issuance: after.issuance.toString(),
      issuanceChange: (after.issuance - before.issuance).toString(),
      minersPaid: paid,
      uptimeMs: after.uptimeMs,
    },
    ...after.validators.flatMap((v) =>
      v.domains.map((d) => ({
        event: "quality",
        validator: v.name,
        steps: v.steps,
        domain: d.name,
        jointBitsPerByte: d.jointBitsPerByte,
        bestSingle: d.bestSingleBitsPerByte,
        bestSingleName: d.bestSingleName,
        scoringBytesLeft: d.scoringBytesLeft,
      })),
    ),
  ];
}
