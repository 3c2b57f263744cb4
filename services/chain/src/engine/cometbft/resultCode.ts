/** In CometBFT's results; which refusal it is stands in the log, so that both cross its RPC. */
const GOOD = 0;
const REFUSED = 1;
const CODESPACE = "ganglion";
const LOG = /^([A-Z][A-Z0-9_]*): (.*)$/s;

export type CodedResult = { readonly code: number; readonly log: string; readonly codespace: string };

/** A code of the ledger or the mempool as CometBFT carries it. */
export function encodeCode(code: string, message: string): CodedResult {
  if (code === "OK") return { code: GOOD, log: "", codespace: "" };
  return { code: REFUSED, log: `${code}: ${message}`, codespace: CODESPACE };
}

/** The way back, from what the node's RPC answers. */
export function decodeCode({ code, log }: Pick<CodedResult, "code" | "log">): {
  readonly code: string;
  readonly message: string;
} {
  if (code === GOOD) return { code: "OK", message: "" };
  const [, own, message] = LOG.exec(log) ?? [];
  return own === undefined || message === undefined
    ? { code: "MEMPOOL_REFUSED", message: log }
    : { code: own, message };
}
