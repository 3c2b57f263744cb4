/** What `up` shows of the network at one moment; amounts in spikes, fractions 0 to 1, bits a byte. */
export type NetworkSnapshot = {
  readonly chainId: string;
  readonly height: number;
  /** The one that runs; undefined until the ledger has told. */
  readonly epoch: number | undefined;
  readonly issuance: bigint;
  readonly bootstrap: boolean;
  readonly uptimeMs: number;
  readonly neurons: readonly NeuronView[];
  readonly validators: readonly ValidatorView[];
  readonly programs: readonly ProgramView[];
};

export type NeuronView = {
  readonly uid: number;
  readonly name: string;
  /** Hexadecimal. */
  readonly hotkey: string;
  readonly role: "miner" | "validator" | "none";
  /** What it is made for, where its resource says so. */
  readonly domain: string;
  readonly stake: bigint;
  readonly incentive: number;
  readonly dividend: number;
  /** Of the last epoch. */
  readonly emission: bigint;
  /** Mean over the validators that asked it. */
  readonly latencyMs: number | undefined;
};

export type ValidatorView = {
  readonly name: string;
  readonly steps: number;
  readonly stepMs: number;
  readonly domains: readonly DomainView[];
};

export type DomainView = {
  readonly name: string;
  readonly jointBitsPerByte: number;
  readonly bestSingleBitsPerByte: number;
  readonly bestSingleName: string;
  readonly scoredRows: number;
  readonly scoringBytesLeft: number;
  /** Mean gate by miner name. */
  readonly routing: Readonly<Record<string, number>>;
  /** Score by miner name, nats a byte. */
  readonly scores: Readonly<Record<string, number>>;
};

export type ProgramView = {
  readonly name: string;
  /** `starting`, `running`, `stopped`, `training 35 %`, or the fault. */
  readonly state: string;
};
