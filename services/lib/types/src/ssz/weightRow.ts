import { ContainerType, ListBasicType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { GanglionError } from "../errors.ts";
import { asUid, type Uid } from "../ids.ts";
import { DOMAINS_LIMIT, NEURONS_LIMIT, u16Type } from "./basics.ts";

/** How useful one miner was, u16: only ratios within a row count. */
export type WeightEntry = { readonly uid: Uid; readonly weight: number };

/** One validator's view of the miners in one domain; entries ascend by uid and have weights from 1. */
export type WeightRow = { readonly domainId: number; readonly entries: readonly WeightEntry[] };

const weightRowType = new ContainerType(
  {
    domainId: u16Type,
    uids: new ListBasicType(u16Type, NEURONS_LIMIT),
    weights: new ListBasicType(u16Type, NEURONS_LIMIT),
  },
  { typeName: "WeightRow" },
);

export const weightRowsType = new ListCompositeType(weightRowType, DOMAINS_LIMIT);

type SszRows = ValueOf<typeof weightRowsType>;

export function weightRowsToSsz(rows: readonly WeightRow[]): SszRows {
  return rows.map((row) => ({
    domainId: row.domainId,
    uids: row.entries.map((entry) => entry.uid),
    weights: row.entries.map((entry) => entry.weight),
  }));
}

/** @throws GanglionError TX_MALFORMED when a row has not one weight for each uid */
export function weightRowsFromSsz(rows: SszRows): readonly WeightRow[] {
  return rows.map(({ domainId, uids, weights }) => {
    if (uids.length !== weights.length)
      throw new GanglionError("TX_MALFORMED", "a weight row needs one weight for each uid", { domainId });
    return { domainId, entries: uids.map((uid, i) => ({ uid: asUid(uid), weight: weights[i] ?? 0 })) };
  });
}

/** The rows as bytes, as state keeps them. */
export function encodeWeightRows(rows: readonly WeightRow[]): Uint8Array {
  return weightRowsType.serialize(weightRowsToSsz(rows));
}

export function decodeWeightRows(bytes: Uint8Array): readonly WeightRow[] {
  return weightRowsFromSsz(weightRowsType.deserialize(bytes));
}
