/** What one local network is started with. */
export type LocalOptions = {
  /** YAML text of the network's resources, and the name to use for it in messages. */
  readonly networkText: string;
  readonly networkFile: string;
  /** Absolute path of the folder that holds all state. */
  readonly stateDir: string;
  /** Removes what an earlier run left, keys included. */
  readonly fresh: boolean;
  /** Port of the metrics of all programs, on loopback; 0 takes a free one. */
  readonly metricsPort: number;
  /** Where corpora and CometBFT are kept between networks. */
  readonly cacheDir: string;
  /** What makes blocks; absent: what the ChainNode says. */
  readonly engine?: "solo" | "cometbft";
  /** Nodes of engine cometbft; absent: one for each validator that genesis names. */
  readonly cometbftNodes?: number;
};
