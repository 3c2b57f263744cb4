import type { NetworkSnapshot } from "./snapshot.ts";

/** The last line of `up --json`: amounts as strings of spikes. */
export type Summary = {
  readonly event: "summary";
  readonly height: number;
  readonly issuance: string;
  readonly neurons: readonly {
    readonly uid: number;
    readonly name: string;
    readonly hotkey: string;
    readonly stake: string;
    readonly incentive: number;
    readonly emission: string;
  }[];
  readonly validators: readonly {
    readonly name: string;
    readonly steps: number;
    readonly domains: readonly {
      readonly name: string;
      readonly jointBitsPerByte: number;
      /** Bits a byte of the miner whose own head is best on the same rows. */
      readonly bestSingle: number;
      readonly bestSingleName: string;
      readonly routing: Readonly<Record<string, number>>;
      readonly scores: Readonly<Record<string, number>>;
    }[];
  }[];
};

export function summaryOf(snapshot: NetworkSnapshot): Summary {
  return {
    event: "summary",
    height: snapshot.height,
    issuance: snapshot.issuance.toString(),
    neurons: snapshot.neurons.map(({ uid, name, hotkey, stake, incentive, emission }) => ({
      uid,
      name,
      hotkey,
      stake: stake.toString(),
      incentive,
      emission: emission.toString(),
    })),
    validators: snapshot.validators.map(({ name, steps, domains }) => ({
      name,
      steps,
      domains: domains.map((domain) => ({
        name: domain.name,
        jointBitsPerByte: domain.jointBitsPerByte,
        bestSingle: domain.bestSingleBitsPerByte,
        bestSingleName: domain.bestSingleName,
        routing: domain.routing,
        scores: domain.scores,
      })),
    })),
  };
}
