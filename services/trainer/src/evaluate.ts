import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bitsPerByte, cutWindows, type Document, type SplitName } from "@ganglion/corpus";
import { MODEL_FILES, type SignedModelCard } from "@ganglion/expert";
import { openSession, type Session } from "@ganglion/inference";
import { int32Tensor } from "@ganglion/onnx";
import { BYTE_VOCABULARY } from "@ganglion/params";
import { GanglionError, type Logger } from "@ganglion/types";
import type { TextSource } from "./config.ts";
import { type LoggedRow, parseRowLog } from "./core/rowLog.ts";
import { readPublished } from "./io/modelFolder.ts";
import { readDocuments } from "./io/readDocuments.ts";

export type EvaluateOptions = {
  readonly modelDir: string;
  readonly text: TextSource;
  /** Which part of a corpus; held back by default. */
  readonly split?: SplitName;
  readonly cacheDir?: string;
  /** Row log of a validator: JSON lines with document, offset, bits, and domain and context if known. */
  readonly windows?: string;
  /** Takes the log's rows of this domain alone; text that is no corpus does not say which it is of. */
  readonly domain?: string;
  readonly threads?: number;
};

/** A model's own head on some text. */
export type Evaluation = {
  readonly card: SignedModelCard;
  /** Bytes predicted. */
  readonly bytes: number;
  readonly bitsPerByte: number;
  /** Of those, the bytes after at least 64 bytes of context. */
  readonly lateBytes: number;
  readonly lateBitsPerByte: number;
  /** The rows of a row log: the market's cost and this model's on the same bytes. */
  readonly rows?: {
    readonly count: number;
    /** Rows of other domains or of documents that the text lacks. */
    readonly skipped: number;
    readonly jointBitsPerByte: number;
    readonly singleBitsPerByte: number;
  };
};

const WINDOW_BYTES = 128;
const LATE_BYTES = 64;
const BATCH = 16;

/** Bytes that are read, and the index of the first that is predicted; all later ones are predicted too. */
type Stretch = { readonly text: Uint8Array; readonly from: number };
/** A logged row and what was shown before its byte. */
type FoundRow = { readonly row: LoggedRow; readonly stretch: Stretch };

/**
 * Measures a model's own head on windows of up to 128 bytes of one document, or on the rows that a validator logged.
 *
 * @throws GanglionError TRAINER_BAD_MODEL, EXPERT_BAD_CARD, EXPERT_UNSIGNED_CARD, EXPERT_BAD_SIGNATURE,
 * TRAINER_BAD_ROW_LOG, TRAINER_MANY_DOMAINS, and what reading the text throws
 */
export async function evaluateModel(options: EvaluateOptions, logger: Logger): Promise<Evaluation> {
  const published = await readPublished(options.modelDir);
  if (published === undefined)
    throw new GanglionError("TRAINER_BAD_MODEL", `${options.modelDir} holds no model yet; train one into it`);
  const context = { cacheDir: options.cacheDir, split: options.split ?? "heldBack", logger };
  const documents = await readDocuments(options.text, context);
  const session = await openSession({
    model: join(published.dir, MODEL_FILES.model),
    companions: { head: join(published.dir, MODEL_FILES.head) },
    threads: options.threads ?? 1,
  });
  try {
    const { card } = published;
    if (options.windows === undefined) return { card, ...(await evaluateText(session, card, documents)) };
    const rows = parseRowLog(await readRowLog(options.windows));
    const found = findRows(rows, documents, card.shape.window, options.domain);
    return { card, ...(await evaluateRows(session, found, rows.length - found.length)) };
  } finally {
    await session.close();
  }
}

async function evaluateText(
  session: Session,
  card: SignedModelCard,
  documents: readonly Document[],
): Promise<Omit<Evaluation, "card">> {
  const length = Math.min(WINDOW_BYTES, card.shape.window);
  const stretches = documents
    .flatMap((document) => cutWindows(document, length))
    .filter(({ text }) => text.length > 1)
    .map(({ text }) => ({ text, from: 1 }));
  const costs = await predict(session, stretches);
  const late = costs.flatMap((nats) => nats.slice(LATE_BYTES - 1));
  return summary(costs.flat(), late);
}

async function evaluateRows(
  session: Session,
  found: readonly FoundRow[],
  skipped: number,
): Promise<Omit<Evaluation, "card">> {
  const costs = await predict(
    session,
    found.map(({ stretch }) => stretch),
  );
  const single = costs.flat();
  const late = found.flatMap(({ stretch }, index) =>
    stretch.from >= LATE_BYTES ? (costs[index] ?? []) : [],
  );
  const jointBits = found.reduce((sum, { row }) => sum + row.bits, 0) / Math.max(1, found.length);
  return {
    ...summary(single, late),
    rows: {
      count: found.length,
      skipped,
      jointBitsPerByte: jointBits,
      singleBitsPerByte: bitsPerByte(single),
    },
  };
}

/**
 * The rows of documents that are there, with the bytes before each. Documents are called the same in every domain: text
 * that does not know its own must not be measured by rows of others.
 */
function findRows(
  rows: readonly LoggedRow[],
  documents: readonly Document[],
  window: number,
  domain: string | undefined,
): readonly FoundRow[] {
  const byId = new Map(documents.map((document) => [`${document.domain}\n${document.id}`, document]));
  const found = rows.flatMap((row) => {
    if (domain !== undefined && row.domain !== domain) return [];
    const document = byId.get(`${row.domain}\n${row.document}`) ?? byId.get(`\n${row.document}`);
    const start = Math.max(0, row.offset - Math.min(row.context ?? LATE_BYTES, window));
    const text = document?.text.subarray(start, row.offset + 1);
    return text === undefined || text.length < 2 || text.length !== row.offset + 1 - start
      ? []
      : [{ row, stretch: { text, from: text.length - 1 } }];
  });
  assertOneDomain(found);
  return found;
}

function assertOneDomain(found: readonly FoundRow[]): void {
  const domains = [...new Set(found.map(({ row }) => row.domain))].sort();
  if (domains.length < 2) return;
  throw new GanglionError(
    "TRAINER_MANY_DOMAINS",
    `the row log has rows of ${domains.join(", ")} in documents of the same names: say with --domain which of them the text is of`,
    { domains: domains.join() },
  );
}

function summary(nats: readonly number[], late: readonly number[]): Omit<Evaluation, "card"> {
  return {
    bytes: nats.length,
    bitsPerByte: bitsPerByte(nats),
    lateBytes: late.length,
    lateBitsPerByte: bitsPerByte(late),
  };
}

/** Cost in nats of each predicted byte of each stretch. */
async function predict(session: Session, stretches: readonly Stretch[]): Promise<number[][]> {
  const costs: number[][] = [];
  for (let at = 0; at < stretches.length; at += BATCH)
    costs.push(...(await predictBatch(session, stretches.slice(at, at + BATCH))));
  return costs;
}

async function predictBatch(session: Session, batch: readonly Stretch[]): Promise<number[][]> {
  const length = Math.max(...batch.map(({ text }) => text.length - 1));
  const asked = Math.max(...batch.map(({ text, from }) => text.length - from));
  const ids = new Int32Array(batch.length * length);
  const positions = new BigInt64Array(batch.length * asked);
  batch.forEach(({ text, from }, row) => {
    ids.set(text.subarray(0, text.length - 1), row * length);
    for (let i = 0; i < text.length - from; i++) positions[row * asked + i] = BigInt(from - 1 + i);
  });
  const { representations } = await session.run({
    ids: int32Tensor(ids, [batch.length, length]),
    positions: { type: "int64", shape: [batch.length, asked], data: positions },
  });
  if (representations === undefined) return [];
  const rows = batch.length * asked;
  const flat = { ...representations, shape: [rows, representations.data.length / rows] };
  const { logits } = await session.run({ representations: flat }, { graph: "head", transfer: true });
  return batch.map(({ text, from }, row) =>
    Array.from({ length: text.length - from }, (_, i) =>
      costOf(logits?.data ?? new Float32Array(), row * asked + i, text[from + i] ?? 0),
    ),
  );
}

function costOf(logits: ArrayLike<number | bigint>, row: number, target: number): number {
  const start = row * BYTE_VOCABULARY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < BYTE_VOCABULARY; i++) largest = Math.max(largest, Number(logits[start + i]));
  let total = 0;
  for (let i = 0; i < BYTE_VOCABULARY; i++) total += Math.exp(Number(logits[start + i]) - largest);
  return largest + Math.log(total) - Number(logits[start + target]);
}

async function readRowLog(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: unknown) => {
    throw new GanglionError("TRAINER_BAD_ROW_LOG", `cannot read ${path}`, { path }, { cause });
  });
}
