import { createPlainClient, type GrpcClient } from "@ganglion/runtime/grpc";
import { bytesToHex, equalBytes, GanglionError, type Logger } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainClientModules, ChainClientOptions } from "./chainClient.ts";
import { backoffMs, pause } from "./pause.ts";
import { aborted, isTransient } from "./rpcErrors.ts";

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_PATIENCE_MS = 10_000;

type ChainGrpc = GrpcClient<typeof chain.ChainServiceService>;

export type ChainCalls = ChainGrpc["call"];
/** Deadline and signal that a call must pass on. */
export type CallLimits = { readonly timeoutMs: number; readonly signal?: AbortSignal };

/** A node whose ledger is known to be the one that this client follows. */
export type ReadyEndpoint = { readonly address: string; readonly grpc: ChainGrpc };

type Endpoint = ReadyEndpoint & { isVerified: boolean };

/** Nodes in order of preference; calls go to the present one until it fails. */
export class EndpointPool {
  private readonly endpoints: readonly Endpoint[];
  private readonly timeoutMs: number;
  private readonly patienceMs: number;
  private readonly logger: Logger;
  private pinnedGenesis: Uint8Array | undefined;
  private present = 0;

  constructor(options: ChainClientOptions, { logger }: ChainClientModules) {
    if (options.endpoints.length === 0)
      throw new GanglionError("CLIENT_NO_ENDPOINT", "give at least one chain endpoint as host:port");
    this.endpoints = options.endpoints.map((address) => ({
      address,
      grpc: createPlainClient(chain.ChainServiceService, { target: address }),
      isVerified: false,
    }));
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.patienceMs = options.patienceMs ?? DEFAULT_PATIENCE_MS;
    this.pinnedGenesis = options.genesisHash;
    this.logger = logger;
  }

  /** @throws GanglionError CLIENT_UNAVAILABLE, CLIENT_ABORTED, CLIENT_OTHER_CHAIN or the node's own code */
  async unary<Response>(
    ask: (call: ChainCalls, limits: CallLimits) => Promise<Response>,
    signal?: AbortSignal,
  ): Promise<Response> {
    const giveUpAt = performance.now() + this.patienceMs;
    const limits = { timeoutMs: this.timeoutMs, ...(signal && { signal }) };
    for (let attempt = 0; ; attempt++) {
      const endpoint = this.current();
      try {
        await this.verify(endpoint, signal);
        return await ask(endpoint.grpc.call, limits);
      } catch (error) {
        if (signal?.aborted) throw aborted(error);
        if (!isTransient(error)) throw error;
        this.failOver(endpoint);
        if (performance.now() > giveUpAt) throw this.unavailable(error);
      }
      await pause(backoffMs(attempt), signal);
    }
  }

  /** The present endpoint once its ledger is checked; its failures are the caller's to report to `failOver`. */
  async ready(signal: AbortSignal): Promise<ReadyEndpoint> {
    const endpoint = this.current();
    await this.verify(endpoint, signal).catch((error: unknown) => {
      this.failOver(endpoint);
      throw error;
    });
    return endpoint;
  }

  /** The next call goes to the next endpoint, and this one is checked again when its turn comes. */
  failOver(failed: ReadyEndpoint): void {
    const endpoint = this.current();
    endpoint.isVerified = false;
    if (endpoint.address === failed.address) this.present = (this.present + 1) % this.endpoints.length;
  }

  async genesisHash(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.pinnedGenesis === undefined)
      await this.unary((call, limits) => call.getStatus({}, limits), signal);
    if (this.pinnedGenesis === undefined) throw this.unavailable();
    return this.pinnedGenesis;
  }

  close(): void {
    for (const { grpc } of this.endpoints) grpc.close();
  }

  private current(): Endpoint {
    const endpoint = this.endpoints[this.present];
    if (endpoint === undefined) throw this.unavailable();
    return endpoint;
  }

  private async verify(endpoint: Endpoint, signal?: AbortSignal): Promise<void> {
    if (endpoint.isVerified) return;
    const limits = { timeoutMs: this.timeoutMs, ...(signal && { signal }) };
    const status = await endpoint.grpc.call.getStatus({}, limits);
    this.pinnedGenesis ??= status.genesisHash;
    if (!equalBytes(status.genesisHash, this.pinnedGenesis))
      throw new GanglionError(
        "CLIENT_OTHER_CHAIN",
        `${endpoint.address} serves another ledger: expected genesis ${bytesToHex(this.pinnedGenesis)}, it has ${bytesToHex(status.genesisHash)}`,
        { endpoint: endpoint.address },
      );
    endpoint.isVerified = true;
    this.logger.debug("follows a chain node", { endpoint: endpoint.address, height: status.height });
  }

  private unavailable(cause?: unknown): GanglionError {
    const all = this.endpoints.map(({ address }) => address).join(", ");
    return new GanglionError(
      "CLIENT_UNAVAILABLE",
      `no chain node answers at ${all}: start one, or give the address of one that runs`,
      { endpoints: all },
      { cause },
    );
  }
}
