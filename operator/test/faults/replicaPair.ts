import { appendFileSync } from "node:fs";
import { eventually } from "../contract/eventually.ts";
import { startToyChild, type ToyChild } from "../toy/toyChild.ts";

const LEADING = "leader_election_master_status";

/** Two replicas of the toy's controller; one that ends is started again, as a Deployment would. */
export class ReplicaPair {
  readonly #start: () => Promise<ToyChild>;
  #children: ToyChild[] = [];
  #isStopping = false;

  private constructor(start: () => Promise<ToyChild>) {
    this.#start = start;
  }

  static async start(kubeconfig: string, namespace: string, log: string): Promise<ReplicaPair> {
    const pair = new ReplicaPair(() =>
      startToyChild(kubeconfig, namespace, (line) => appendFileSync(log, `${line}\n`)),
    );
    await pair.#add();
    await pair.#add();
    return pair;
  }

  async #add(): Promise<void> {
    const child = await this.#start();
    this.#children.push(child);
    void child.exited.then(async () => {
      this.#children = this.#children.filter((each) => each !== child);
      if (!this.#isStopping) await this.#add();
    });
  }

  /** The one that leads; waits until there is one. */
  leader(): Promise<ToyChild> {
    return eventually(
      "a replica leads",
      async () => {
        for (const child of this.#children)
          if ((await child.metric(LEADING).catch(() => 0)) === 1) return child;
        return undefined;
      },
      60_000,
    );
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const children = [...this.#children];
    for (const child of children) child.signal("SIGTERM");
    await Promise.all(children.map(({ exited }) => exited));
  }
}
