import type { Clock, Hotkey } from "@ganglion/types";
import type { Refusal } from "./refusal.ts";
import type { ReplayWindow } from "./replayWindow.ts";
import type { TokenBuckets } from "./tokenBuckets.ts";

/** Who may call a signed service, and how much. */
export type SignedServiceAuth = {
  /** The hotkey that this server answers for. */
  readonly receiver: Hotkey;
  readonly genesisHash: Uint8Array;
  readonly replay: ReplayWindow;
  readonly buckets: TokenBuckets;
  readonly clock: Clock;
  /** The policy, asked before the body is read: undefined = allowed. `method` is the gRPC path. */
  readonly authorize: (caller: Hotkey, method: string) => Refusal | undefined;
};
