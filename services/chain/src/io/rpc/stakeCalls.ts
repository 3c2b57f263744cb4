import {
  listRecords,
  type RecordQuery,
  readAccount,
  readConsensusSet,
  readPool,
  readPruning,
} from "@ganglion/ledger";
import { Refusal } from "@ganglion/runtime/grpc";
import { equalBytes, RECORD_KINDS } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { type Reward, rewardsOfPool, rewardsOfPosition } from "../../core/rewardHistory.ts";
import { paymentOf, shareChangeOf } from "../historyEvents.ts";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

const DEFAULT_REWARDS = 100;
const MOST_REWARDS = 1_000;
/** Changes of stake that one answer goes back through. */
const CHANGES_LIMIT = 10_000;

type StakeCalls = Pick<ChainHandlers, "getRewards" | "getPruningOrder" | "getConsensusKeys" | "listRecords">;

/** What delegators, owners and readers of records ask. */
export function createStakeCalls(context: RpcContext): StakeCalls {
  const { application } = context;
  return {
    getRewards: async (request) => ({ rewards: readRewards(context, request) }),
    getPruningOrder: async ({ owner }) => {
      const places = readPruning(application.state, owner.length === 0 ? undefined : owner);
      return { places: [...places], slotsFull: places.some(({ slotsFull }) => slotsFull) };
    },
    getConsensusKeys: async () => ({ keys: readConsensusSet(application.state) }),
    listRecords: async (request) => ({ records: listRecords(application.state, recordQuery(request)) }),
  };
}

function readRewards(context: RpcContext, { of, limit: asked }: chain.GetRewardsRequest): chain.Reward[] {
  const limit = asked === 0 ? DEFAULT_REWARDS : Math.min(asked, MOST_REWARDS);
  if (of === undefined) throw new Refusal("CALL_BAD_REQUEST", "ask for a hotkey or an address");
  if (of.$case === "address") return rewardsOfAddress(context, of.value, limit);
  const pool = readPool(context.application.state, of.value);
  if (pool === undefined) throw new Refusal("CALL_NOT_FOUND", "nobody registered that hotkey");
  return rewardsOfPool(paymentsOf(context, pool.index, limit));
}

function rewardsOfAddress(context: RpcContext, address: Uint8Array, limit: number): Reward[] {
  const { application, store } = context;
  const changes = store.history({ kind: "address", address }, CHANGES_LIMIT).map(shareChangeOf);
  const known = changes.length < CHANGES_LIMIT ? 0 : (changes.at(-1)?.height ?? 0) + 1;
  const { stakes } = readAccount(application.state, address);
  const pools = new Set([...stakes.map(({ pool }) => pool), ...changes.map(({ pool }) => pool)]);
  const rewards = [...pools].flatMap((pool) => {
    const owner = readPool(application.state, pool)?.owner;
    const isOwner = owner !== undefined && equalBytes(owner, address);
    const shares = stakes.find((stake) => stake.pool === pool)?.shares ?? 0n;
    const payments = paymentsOf(context, pool, limit).filter(({ height }) => height >= known);
    const own = changes.filter((change) => change.pool === pool);
    return rewardsOfPosition(payments, own, { shares, isOwner });
  });
  return rewards.sort((a, b) => b.height - a.height).slice(0, limit);
}

function paymentsOf({ store }: RpcContext, index: number, limit: number) {
  return store.history({ kind: "pool", index }, limit).map(paymentOf);
}

function recordQuery({ owner, kind }: chain.ListRecordsRequest): RecordQuery {
  const known = RECORD_KINDS.find((name) => name === kind);
  if (kind !== "" && known === undefined)
    throw new Refusal("CALL_BAD_REQUEST", `a record's kind is ${RECORD_KINDS.join(" or ")}`);
  return { ...(owner.length > 0 && { owner }), ...(known !== undefined && { kind: known }) };
}
