/** What a scenario saw. */
export type Finding = { readonly check: string; readonly holds: boolean; readonly figure: string };

type ScenarioOptions = {
  /** Of the scenario that ends programs at random moments. */
  readonly kills: number;
  /** Tells how far it is. */
  readonly say: (text: string) => void;
};

export type Scenario = {
  readonly name: string;
  /** Namespaces and mounts are root's. */
  readonly needsRoot: boolean;
  readonly run: (options: ScenarioOptions) => Promise<readonly Finding[]>;
};
