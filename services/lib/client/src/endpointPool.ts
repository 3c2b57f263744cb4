import { createPlainClient, type GrpcClient, retryAfterMs } from "@ganglion/runtime/grpc";
import { bytesToHex, equalBytes, errorCode, GanglionError, type Logger } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainClientModules, ChainClientOptions } from "./chainClient.ts";
import { backoffMs, pause } from "./pause.ts";
import { aborted, isTransient } from "./rpcErrors.ts";

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_PATIENCE_MS = 10_000;
const OTHER_CHAIN = "CLIENT_OTHER_CHAIN";

type ChainGrpc = GrpcClient<typeof chain.ChainServiceService>;

export type ChainCalls = ChainGrpc["call"];
/** Deadline and signal that a call must pass on. */
export type CallLimits = { readonly timeoutMs: number; readonly signal?: AbortSignal };

/** A node whose ledger is known to be the one that this client follows. */
export type ReadyEndpoint = { readonly address: string; readonly grpc: ChainGrpc };

type Endpoint = ReadyEndpoint & {
  /** It showed this client's genesis over the present connection. */
  isVerified: boolean;
  /** Its last answer named another genesis. */
  isOtherChain: boolean;
};

/** Nodes in order of preference; calls go to the present one until it fails or turns out to follow another ledger. */
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
      isOtherChain: false,
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
    for (let attempt = 0; ; attempt++) {
      let endpoint: ReadyEndpoint | undefined;
      let waitMs = backoffMs(attempt);
      try {
        endpoint = await this.ready(signal);
        return await ask(endpoint.grpc.call, this.limits(signal));
      } catch (error) {
        if (signal?.aborted) throw aborted(error);
        if (!isTransient(error)) throw error;
        if (endpoint !== undefined) this.failOver(endpoint);
        waitMs = Math.max(waitMs, retryAfterMs(error) ?? 0);
        if (performance.now() + waitMs > giveUpAt) throw this.unavailable(error);
      }
      await pause(waitMs, signal);
    }
  }

  /**
   * The present endpoint once its ledger is checked, or the next one that follows this client's ledger; failures of
   * its calls are the caller's to report to `failOver`.
   * @throws GanglionError CLIENT_OTHER_CHAIN when each endpoint follows another ledger; why the check of one failed
   */
  async ready(signal?: AbortSignal): Promise<ReadyEndpoint> {
    for (;;) {
      const endpoint = this.current();
      try {
        await this.verify(endpoint, signal);
        return endpoint;
      } catch (error) {
        this.failOver(endpoint);
        if (errorCode(error) !== OTHER_CHAIN) throw error;
        this.logger.warn("skips a node of another ledger", { endpoint: endpoint.address });
        this.assertOneLeft();
      }
    }
  }

  /** The next call goes to the next endpoint, and this one is checked again when its turn comes. */
  failOver(failed: ReadyEndpoint): void {
    const at = this.endpoints.findIndex((endpoint) => endpoint.grpc === failed.grpc);
    const endpoint = this.endpoints[at];
    if (endpoint !== undefined) endpoint.isVerified = false;
    if (at === this.present) this.present = (at + 1) % this.endpoints.length;
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

  private limits(signal?: AbortSignal): CallLimits {
    return { timeoutMs: this.timeoutMs, ...(signal && { signal }) };
  }

  private async verify(endpoint: Endpoint, signal?: AbortSignal): Promise<void> {
    // A lost connection mends itself without a failed call, and another node may have the address by then.
    if (!endpoint.grpc.isConnected()) endpoint.isVerified = false;
    if (endpoint.isVerified) return;
    const { genesisHash, height } = await endpoint.grpc.call.getStatus({}, this.limits(signal));
    this.pinnedGenesis ??= genesisHash;
    endpoint.isOtherChain = !equalBytes(genesisHash, this.pinnedGenesis);
    if (endpoint.isOtherChain) throw this.otherChain([endpoint]);
    endpoint.isVerified = true;
    this.logger.debug("follows a chain node", { endpoint: endpoint.address, height });
  }

  /** When none is left, all are asked again by the next call. */
  private assertOneLeft(): void {
    if (!this.endpoints.every(({ isOtherChain }) => isOtherChain)) return;
    for (const endpoint of this.endpoints) endpoint.isOtherChain = false;
    throw this.otherChain(this.endpoints);
  }

  private otherChain(wrong: readonly Endpoint[]): GanglionError {
    const names = wrong.map(({ address }) => address).join(", ");
    const expected = this.pinnedGenesis === undefined ? "" : bytesToHex(this.pinnedGenesis);
    return new GanglionError(
      OTHER_CHAIN,
      `${names} follow${wrong.length > 1 ? "" : "s"} another ledger than genesis ${expected}: give the address of a node of that one, or its own genesis hash`,
      { endpoints: names, expected },
    );
  }

  private unavailable(cause?: unknown): GanglionError {
    const all = this.endpoints.map(({ address }) => address).join(", ");
    const wrong = this.endpoints.filter(({ isOtherChain }) => isOtherChain).map(({ address }) => address);
    const aside = wrong.length > 0 ? ` (${wrong.join(", ")} follow another ledger)` : "";
    return new GanglionError(
      "CLIENT_UNAVAILABLE",
      `no chain node answers at ${all}${aside}: start one, or give the address of one that runs`,
      { endpoints: all },
      { cause },
    );
  }
}
