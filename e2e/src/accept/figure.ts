/** What one round saw: a number that may differ from round to round, or something that is so or is not. */
export type Measurement =
  | {
      readonly kind: "measured";
      readonly check: string;
      readonly value: number;
      readonly unit: string;
      /** What was promised, and whether a value keeps it; absent where nothing was. */
      readonly limit?: string;
      readonly holds?: (value: number) => boolean;
      /** Of what the value is made. */
      readonly note?: string;
    }
  | {
      readonly kind: "fact";
      readonly check: string;
      readonly holds: boolean;
      readonly figure: string;
    };

type AcceptOptions = {
  /** Three minutes of market, three kills. */
  readonly quick: boolean;
  /** The market after ten minutes only. */
  readonly short: boolean;
  /** Tells how far a long check is. */
  readonly say: (text: string) => void;
};

/** A group of checks that can be run alone by its name. */
export type Check = {
  readonly name: string;
  /** Its figures differ from run to run: several rounds are run, and the medians count. */
  readonly repeated: boolean;
  /** One round. */
  readonly run: (options: AcceptOptions) => Promise<readonly Measurement[]>;
};

/** A figure that must not be above its limit. */
export function atMost(check: string, value: number, limit: number, unit: string): Measurement {
  return { kind: "measured", check, value, unit, limit: `<= ${limit} ${unit}`, holds: (v) => v <= limit };
}

/** Something that is so or is not. */
export function fact(check: string, holds: boolean, figure: string): Measurement {
  return { kind: "fact", check, holds, figure };
}
