import type { Signer } from "@ganglion/keys";
import { type Action, bytesToHex, GanglionError, transactionHash } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { buildTransaction, senderOf } from "./buildTransaction.ts";
import type { SubmitOptions } from "./chainClient.ts";
import type { EndpointPool } from "./endpointPool.ts";
import { pause } from "./pause.ts";
import { aborted } from "./rpcErrors.ts";

const DEFAULT_VALID_BLOCKS = 50;
const POLL_MS = 200;
const NONCE_ATTEMPTS = 3;
/** Another program used the same account between the question for the nonce and the sending. */
const NONCE_CODES: readonly string[] = ["TX_NONCE_TOO_LOW", "TX_NONCE_TOO_HIGH", "MEMPOOL_NONCE_GAP"];
const TAKEN_CODES: readonly string[] = ["OK", "MEMPOOL_KNOWN"];

type Sent = { readonly bytes: Uint8Array; readonly hash: Uint8Array; readonly validUntil: number };

/** Sends transactions, one sender's one after another, and waits for their receipts. */
export class Submitter {
  private readonly pool: EndpointPool;
  private readonly lastOfSender = new Map<string, Promise<unknown>>();

  constructor(pool: EndpointPool) {
    this.pool = pool;
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
    return { bytes, hash: transactionHash(bytes), validUntil };
  }

  private broadcast(transaction: Uint8Array, signal?: AbortSignal): Promise<chain.BroadcastResponse> {
    return this.pool.unary((call, limits) => call.broadcast({ transaction }, limits), signal);
  }

  private lookUp(hash: Uint8Array, signal?: AbortSignal): Promise<chain.GetTransactionResponse> {
    return this.pool.unary((call, limits) => call.getTransaction({ hash }, limits), signal);
  }

  private async awaitReceipt(sent: Sent, signal?: AbortSignal): Promise<chain.Receipt> {
    for (;;) {
      const seen = await this.lookUp(sent.hash, signal);
      if (seen.receipt !== undefined) return accepted(seen.receipt);
      if (seen.height > sent.validUntil)
        throw new GanglionError(
          "CLIENT_EXPIRED",
          `no block up to ${sent.validUntil} took the transaction: send it again`,
          { hash: bytesToHex(sent.hash), validUntil: sent.validUntil },
        );
      if (!seen.waiting) await this.sendAgain(sent, signal);
      await pause(POLL_MS, signal);
      if (signal?.aborted) throw aborted();
    }
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
