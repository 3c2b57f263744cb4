import type { Signer } from "@ganglion/keys";
import { type Action, bytesToHex, GanglionError, transactionHash } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { buildTransaction, senderOf } from "./buildTransaction.ts";
import type { SubmitOptions } from "./chainClient.ts";
import { decodeParams } from "./decodeParams.ts";
import type { EndpointPool } from "./endpointPool.ts";
import { pause } from "./pause.ts";
import { aborted } from "./rpcErrors.ts";

const DEFAULT_VALID_BLOCKS = 50;
const POLL_MS = 200;
const NONCE_ATTEMPTS = 3;
/** No block for this long, or for this many block targets if that is longer: the chain stands still. */
const STALLED_MS = 30_000;
const STALLED_BLOCKS = 5;
/** Another program used the same account between the question for the nonce and the sending. */
const NONCE_CODES: readonly string[] = ["TX_NONCE_TOO_LOW", "TX_NONCE_TOO_HIGH", "MEMPOOL_NONCE_GAP"];
const TAKEN_CODES: readonly string[] = ["OK", "MEMPOOL_KNOWN"];

type Sent = {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly nonce: number;
  readonly validUntil: number;
};

/** Sends transactions, one sender's one after another, and waits for their receipts. */
export class Submitter {
  private readonly pool: EndpointPool;
  private readonly nowMs: () => number;
  private readonly lastOfSender = new Map<string, Promise<unknown>>();
  private stalledAfterMs: number | undefined;

  /** @param nowMs never goes back; its origin does not matter */
  constructor(pool: EndpointPool, nowMs: () => number = () => performance.now()) {
    this.pool = pool;
    this.nowMs = nowMs;
  }

  async submit(
    action: Action,
    signers: readonly Signer[],
    options: SubmitOptions = {},
  ): Promise<chain.Receipt> {
    const sender = bytesToHex(senderOf({ ...options, signers }));
    const sent = await this.inTurn(sender, () => this.send(action, signers, options));
    return this.awaitReceipt(sent, options.signal);
  }

  async simulate(
    action: Action,
    signers: readonly Signer[],
    options: SubmitOptions = {},
  ): Promise<chain.SimulateResponse> {
    const { bytes } = await this.build(action, signers, options);
    return this.pool.unary((call, limits) => call.simulate({ transaction: bytes }, limits), options.signal);
  }

  private inTurn<T>(sender: string, job: () => Promise<T>): Promise<T> {
    const before = this.lastOfSender.get(sender) ?? Promise.resolve();
    const mine = before.then(job, job);
    this.lastOfSender.set(sender, mine);
    const forget = () => {
      if (this.lastOfSender.get(sender) === mine) this.lastOfSender.delete(sender);
    };
    mine.then(forget, forget);
    return mine;
  }

  private async send(action: Action, signers: readonly Signer[], options: SubmitOptions): Promise<Sent> {
    for (let attempt = 1; ; attempt++) {
      const sent = await this.build(action, signers, options);
      const { code, message } = await this.broadcast(sent.bytes, options.signal);
      if (TAKEN_CODES.includes(code)) return sent;
      // A lost answer makes the pool send twice: the second finds the nonce used by the first.
      const seen = NONCE_CODES.includes(code) && (await this.lookUp(sent.hash, options.signal));
      if (seen && (seen.found || seen.waiting)) return sent;
      if (!NONCE_CODES.includes(code) || attempt === NONCE_ATTEMPTS) throw new GanglionError(code, message);
    }
  }

  private async build(action: Action, signers: readonly Signer[], options: SubmitOptions): Promise<Sent> {
    const { signal, validForBlocks = DEFAULT_VALID_BLOCKS } = options;
    const sender = senderOf({ ...options, signers });
    const genesisHash = await this.pool.genesisHash(signal);
    const account = await this.pool.unary(
      (call, limits) => call.getAccount({ address: sender }, limits),
      signal,
    );
    const validUntil = account.height + validForBlocks;
    const nonce = account.nextNonce;
    const bytes = buildTransaction({ action, signers, sender, nonce, validUntil, genesisHash });
    return { bytes, hash: transactionHash(bytes), nonce, validUntil };
  }

  private broadcast(transaction: Uint8Array, signal?: AbortSignal): Promise<chain.BroadcastResponse> {
    return this.pool.unary((call, limits) => call.broadcast({ transaction }, limits), signal);
  }

  private lookUp(hash: Uint8Array, signal?: AbortSignal): Promise<chain.GetTransactionResponse> {
    return this.pool.unary((call, limits) => call.getTransaction({ hash }, limits), signal);
  }

  private async awaitReceipt(sent: Sent, signal?: AbortSignal): Promise<chain.Receipt> {
    const stalledAfterMs = await this.stallLimitMs(signal);
    let newest = { height: -1, at: this.nowMs() };
    for (;;) {
      const seen = await this.lookUp(sent.hash, signal);
      if (seen.receipt !== undefined) return accepted(seen.receipt);
      if (seen.height > sent.validUntil) throw expired(sent);
      const now = this.nowMs();
      if (seen.height > newest.height) newest = { height: seen.height, at: now };
      else if (now - newest.at > stalledAfterMs) throw stalled(sent, newest.height, stalledAfterMs);
      if (!seen.waiting) await this.sendAgain(sent, signal);
      await pause(POLL_MS, signal);
      if (signal?.aborted) throw aborted();
    }
  }

  private async stallLimitMs(signal?: AbortSignal): Promise<number> {
    if (this.stalledAfterMs === undefined) {
      const params = await this.pool.unary((call, limits) => call.getParams({}, limits), signal);
      const { blockTargetMs } = decodeParams(params).protocol;
      this.stalledAfterMs = Math.max(STALLED_MS, STALLED_BLOCKS * blockTargetMs);
    }
    return this.stalledAfterMs;
  }

  /** A node that restarted, or another one, does not know what waited in the mempool. */
  private async sendAgain(sent: Sent, signal?: AbortSignal): Promise<void> {
    const { code, message } = await this.broadcast(sent.bytes, signal);
    if (TAKEN_CODES.includes(code)) return;
    const seen = await this.lookUp(sent.hash, signal);
    if (!seen.found) throw new GanglionError(code, message, { hash: bytesToHex(sent.hash) });
  }
}

function accepted(receipt: chain.Receipt): chain.Receipt {
  if (receipt.code === "OK") return receipt;
  throw new GanglionError(receipt.code, receipt.message, {
    hash: bytesToHex(receipt.transactionHash),
    height: receipt.height,
  });
}

function expired({ hash, validUntil }: Sent): GanglionError {
  return new GanglionError(
    "CLIENT_EXPIRED",
    `no block up to ${validUntil} took the transaction: send it again`,
    { hash: bytesToHex(hash), validUntil },
  );
}

function stalled({ hash, nonce, validUntil }: Sent, height: number, waitedMs: number): GanglionError {
  return new GanglionError(
    "CLIENT_STALLED",
    `no block followed ${height} for ${waitedMs / 1_000} s: see why the chain's nodes make none. The transaction may still be taken, up to block ${validUntil}: look for its receipt before another is sent; the same bytes may be sent again, their nonce is used once`,
    { hash: bytesToHex(hash), nonce, validUntil, height },
  );
}
