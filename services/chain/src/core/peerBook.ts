/** What one address may ask of the query API; callers behind one address share it. */
export type PeerLimits = {
  readonly requestsPerSecond: number;
  /** What an address that was idle may ask at once. */
  readonly burstRequests: number;
  /** Streams that one address may hold open. */
  readonly streamsPerPeer: number;
  /** Streams that all together may hold open. */
  readonly streams: number;
};

/** Generous: a whole market on one machine is one address. */
export const DEFAULT_PEER_LIMITS: PeerLimits = {
  requestsPerSecond: 2_000,
  burstRequests: 10_000,
  streamsPerPeer: 512,
  streams: 2_048,
};

/** Addresses remembered; the one that has not asked for longest is forgotten, and would start with a full bucket. */
const MAX_PEERS = 10_000;

type Bucket = { readonly tokens: number; readonly updatedMs: number };

/** Counts what each address asks for. Times are ms of any clock that does not go back. */
export class PeerBook {
  private readonly limits: PeerLimits;
  private readonly buckets = new Map<string, Bucket>();
  private readonly openStreams = new Map<string, number>();
  private streams = 0;

  constructor(limits: PeerLimits) {
    this.limits = limits;
  }

  /** Charges one request. @returns 0 if it may go on, else ms until one may */
  takeRequest(peer: string, nowMs: number): number {
    const { requestsPerSecond, burstRequests } = this.limits;
    const last = this.buckets.get(peer) ?? { tokens: burstRequests, updatedMs: nowMs };
    const refilled = last.tokens + ((nowMs - last.updatedMs) / 1_000) * requestsPerSecond;
    const tokens = Math.min(burstRequests, refilled);
    const waitMs = tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / requestsPerSecond) * 1_000);
    this.remember(peer, { tokens: waitMs === 0 ? tokens - 1 : tokens, updatedMs: nowMs });
    return waitMs;
  }

  /** @returns whether the address may hold one more; then `closeStream` gives it back */
  openStream(peer: string): boolean {
    const own = this.openStreams.get(peer) ?? 0;
    if (this.streams >= this.limits.streams || own >= this.limits.streamsPerPeer) return false;
    this.streams++;
    this.openStreams.set(peer, own + 1);
    return true;
  }

  closeStream(peer: string): void {
    const left = (this.openStreams.get(peer) ?? 1) - 1;
    this.streams--;
    if (left === 0) this.openStreams.delete(peer);
    else this.openStreams.set(peer, left);
  }

  /** Insertion order is the order of use. */
  private remember(peer: string, bucket: Bucket): void {
    this.buckets.delete(peer);
    this.buckets.set(peer, bucket);
    if (this.buckets.size > MAX_PEERS)
      for (const oldest of this.buckets.keys()) if (this.buckets.delete(oldest)) break;
  }
}
