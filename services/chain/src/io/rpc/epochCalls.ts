import { countEpochDetails, type EpochReport, readEpochReport, readHead } from "@ganglion/ledger";
import { Refusal } from "@ganglion/runtime/grpc";
import type { chain } from "@ganglion/wire";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

/** Searches that one answer may cost, which bounds its contributions and bonds too: a few MiB, tens of ms. */
const DETAILS_LIMIT = 200_000;

type EpochCalls = Pick<ChainHandlers, "getEpochReport">;

/** Reports are built when asked for, from what the epoch left in the store. */
export function createEpochCalls(context: RpcContext): EpochCalls {
  return { getEpochReport: async (request) => readReport(context, request) };
}

function readReport(
  { application, store }: RpcContext,
  { epoch: asked, uid }: chain.GetEpochReportRequest,
): chain.GetEpochReportResponse {
  const present = readHead(application.state).epoch;
  const epoch = asked ?? present - 1;
  const record = epoch < 0 ? undefined : store.epochRecord(epoch);
  if (record === undefined)
    throw new Refusal(
      "CALL_NOT_FOUND",
      `there is no report of epoch ${epoch}: the present epoch is ${present}, and old ones are dropped`,
    );
  if (uid !== undefined && uid >= record.neurons.length)
    throw new Refusal("CALL_NOT_FOUND", `epoch ${epoch} had ${record.neurons.length} neurons: no uid ${uid}`);
  const details = uid !== undefined || countEpochDetails(record) <= DETAILS_LIMIT;
  const report = readEpochReport(record, { ...(uid !== undefined && { uid }), details });
  return { report: { ...toReport(report), detailsOmitted: !details } };
}

function toReport({ domains, neurons, ...summary }: EpochReport): Omit<chain.EpochReport, "detailsOmitted"> {
  return {
    ...summary,
    domains: [...domains],
    neurons: neurons.map(({ contributions, bonds, spreads, ...neuron }) => ({
      ...neuron,
      contributions: [...contributions],
      bonds: [...bonds],
      spreads: [...spreads],
    })),
  };
}
