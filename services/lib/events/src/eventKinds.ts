import type { LedgerEventKind } from "@ganglion/types";

/** What each kind says; docs/ledger.md repeats this table. */
export const EVENT_KINDS: Readonly<Record<LedgerEventKind, string>> = {
  Transferred: "Money moved between two accounts.",
  NeuronRegistered: "A hotkey took a slot.",
  NeuronPruned: "A hotkey lost its slot to a registration.",
  NeuronServed: "A neuron published role, endpoint and model.",
  NeuronUnserved: "A neuron took its endpoint away.",
  WeightsCommitted: "A validator committed to its weights of an epoch.",
  WeightsRevealed: "A validator revealed what it had committed.",
  StakeAdded: "Money became stake on a hotkey.",
  StakeCounted: "Added stake bought its shares and counts from here on.",
  StakeUnbonding: "Stake left a hotkey and waits for its release.",
  StakeReleased: "Unbonded stake became liquid.",
  StakeMoved: "Stake went from one hotkey to another.",
  TakeChanged: "An owner set the take of its pool.",
  PoolPaid: "A pool was paid its part of an epoch's emission.",
  HotkeySwapped: "A pool and its slot go on under another hotkey.",
  RecordPublished: "An account published, changed or withdrew a record.",
  RegistrationPriceAdjusted: "Difficulty or burn price changed at an interval's end.",
  EpochFinished: "An epoch ended and paid its emission.",
  BootstrapEnded: "Permits follow stake from here on.",
  PermitsChanged: "Validators won or lost their permit for the next epoch.",
};
