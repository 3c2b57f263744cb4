import type { AddressBytes, EpochIndex, Height, Hotkey, Spikes, Uid } from "./ids.ts";
import type { NeuronRole, RecordKind, VoteChoice } from "./ssz/action.ts";
import type { ProposalContent } from "./ssz/proposalContent.ts";

/**
 * Past facts of committed blocks, in the order in which they happened; their id is height:index. `pool` is the index
 * that survives a swap of the hotkey.
 */
export type LedgerEvent =
  | {
      readonly kind: "Transferred";
      readonly from: AddressBytes;
      readonly to: AddressBytes;
      readonly amount: Spikes;
    }
  | {
      readonly kind: "NeuronRegistered";
      readonly uid: Uid;
      readonly hotkey: Hotkey;
      readonly owner: AddressBytes;
      readonly by: "work" | "burn";
      /** Recycled for it; 0 by work. */
      readonly price: Spikes;
    }
  | { readonly kind: "NeuronPruned"; readonly uid: Uid; readonly hotkey: Hotkey }
  | {
      readonly kind: "NeuronServed";
      readonly uid: Uid;
      readonly hotkey: Hotkey;
      readonly role: NeuronRole;
      readonly host: string;
      readonly port: number;
      readonly modelDigest: Uint8Array;
      readonly version: number;
    }
  | { readonly kind: "NeuronUnserved"; readonly uid: Uid; readonly hotkey: Hotkey }
  | {
      readonly kind: "WeightsCommitted";
      readonly uid: Uid;
      readonly epoch: EpochIndex;
      readonly commitment: Uint8Array;
    }
  | {
      readonly kind: "WeightsRevealed";
      readonly uid: Uid;
      /** Of the commit. */
      readonly epoch: EpochIndex;
      readonly domainIds: readonly number[];
    }
  | {
      readonly kind: "StakeAdded";
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
    }
  | {
      readonly kind: "StakeCounted";
      readonly pool: number;
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
      /** That it bought. */
      readonly shares: bigint;
    }
  | {
      readonly kind: "StakeUnbonding";
      readonly pool: number;
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
      /** That it sold; the rest was added in this epoch and had none. */
      readonly shares: bigint;
      readonly releaseHeight: Height;
      readonly releaseTimeMs: number;
    }
  | {
      readonly kind: "StakeReleased";
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
    }
  | {
      readonly kind: "StakeMoved";
      /** Of `from`. */
      readonly pool: number;
      readonly from: Hotkey;
      readonly to: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
      /** That it sold where it was. */
      readonly shares: bigint;
    }
  | {
      /** Of a position that took moved stake; what a pool itself loses changes no shares. */
      readonly kind: "StakeBurned";
      readonly pool: number;
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly amount: Spikes;
      /** That went with it; the rest was added in this epoch and had none. */
      readonly shares: bigint;
    }
  | { readonly kind: "TakeChanged"; readonly hotkey: Hotkey; readonly takePpm: number }
  | {
      readonly kind: "PoolPaid";
      readonly pool: number;
      readonly hotkey: Hotkey;
      readonly epoch: EpochIndex;
      /** For all stake; the owner takes `take` of it. */
      readonly amount: Spikes;
      readonly take: Spikes;
      /** For the owner besides. */
      readonly own: Spikes;
      /** That the owner's parts bought. */
      readonly ownerShares: bigint;
      /** A share's price is stake / shares. */
      readonly stakeBefore: Spikes;
      readonly sharesBefore: bigint;
      readonly stakeAfter: Spikes;
      readonly sharesAfter: bigint;
    }
  | {
      readonly kind: "HotkeySwapped";
      /** Absent: the hotkey has no slot. */
      readonly uid?: Uid;
      readonly hotkey: Hotkey;
      readonly newHotkey: Hotkey;
    }
  | {
      readonly kind: "KeyBound";
      readonly hotkey: Hotkey;
      readonly consensusKey: Uint8Array;
      /** The key whose place it takes. */
      readonly former?: Uint8Array;
    }
  | { readonly kind: "KeyUnbound"; readonly hotkey: Hotkey; readonly consensusKey: Uint8Array }
  | {
      readonly kind: "KeyPowerChanged";
      readonly hotkey: Hotkey;
      readonly consensusKey: Uint8Array;
      /** In the set from the second block after this one on; 0: it leaves. */
      readonly power: bigint;
      readonly before: bigint;
    }
  | {
      readonly kind: "KeyJailed";
      readonly hotkey: Hotkey;
      readonly consensusKey: Uint8Array;
      readonly signedBlocks: number;
      readonly seenBlocks: number;
      readonly untilHeight: Height;
      readonly untilMs: number;
    }
  | {
      readonly kind: "FaultPunished";
      readonly fault: "duplicateVote" | "lightClientAttack";
      readonly hotkey: Hotkey;
      readonly consensusKey: Uint8Array;
      /** Of the fault. */
      readonly height: Height;
      /** Stake behind the key then. */
      readonly backing: Spikes;
      /** Recycled for it. */
      readonly burned: Spikes;
    }
  | {
      readonly kind: "RecordPublished";
      readonly owner: AddressBytes;
      readonly recordKind: RecordKind;
      readonly name: string;
      readonly digest: Uint8Array;
      /** Empty: withdrawn. */
      readonly uri: string;
    }
  | {
      readonly kind: "ProposalSent";
      readonly proposal: number;
      readonly proposer: AddressBytes;
      readonly what: ProposalContent["kind"];
      /** It is voted on in the next. */
      readonly round: number;
    }
  | {
      readonly kind: "VoteCast";
      readonly proposal: number;
      readonly pool: number;
      readonly hotkey: Hotkey;
      readonly address: AddressBytes;
      readonly choice: VoteChoice;
      readonly weight: Spikes;
    }
  | {
      readonly kind: "ProposalTallied";
      readonly proposal: number;
      readonly outcome: "accepted" | "rejected";
      readonly yes: bigint;
      readonly no: bigint;
      /** All stake that could vote. */
      readonly roundStake: bigint;
    }
  | { readonly kind: "ProposalExecuted"; readonly proposal: number; readonly what: ProposalContent["kind"] }
  | {
      readonly kind: "ProposalDropped";
      readonly proposal: number;
      /** Why the state did not allow it any more: a code of a rejection. */
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: "ParamChanged"; readonly name: string; readonly value: bigint }
  | { readonly kind: "NeuronExpelled"; readonly uid: Uid; readonly hotkey: Hotkey }
  | { readonly kind: "Upgraded"; readonly height: Height; readonly name: string }
  | {
      readonly kind: "RegistrationPriceAdjusted";
      readonly difficulty: bigint;
      readonly burnPrice: Spikes;
    }
  | {
      readonly kind: "EpochFinished";
      readonly epoch: EpochIndex;
      readonly countedBlocks: number;
      readonly minted: Spikes;
      readonly issuance: Spikes;
    }
  | { readonly kind: "BootstrapEnded"; readonly height: Height }
  | {
      readonly kind: "PermitsChanged";
      readonly granted: readonly Uid[];
      readonly revoked: readonly Uid[];
    };

export type LedgerEventKind = LedgerEvent["kind"];
