import type { VerifySignature } from "@ganglion/ledger";
import type { Application, DecidedBlock } from "../../src/engine/application.ts";
import type { Database, WriteBatch } from "../../src/io/database.ts";

/** Where in a block's life a process ends. */
export const MOMENTS = [
  "beforeFinalize",
  "inFinalize",
  "afterFinalize",
  "beforeCommit",
  "inCommit",
  "afterCommit",
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Who ends by SIGKILL, when. */
export type Fault = { readonly victim: "app" | "node" | "both"; readonly moment: Moment };

/** Write steps into a commit: some of its rows are written then. */
const STEPS_INTO_COMMIT = 3;

/** Strikes once a fault's moment comes, in a block that has transactions. */
export class FaultHooks {
  readonly #faults: Fault[];
  readonly #strike: (victim: Fault["victim"]) => void;
  #phase: "idle" | "finalize" | "commit" = "idle";
  #steps = 0;
  #isFull = false;

  constructor(faults: readonly Fault[], strike: (victim: Fault["victim"]) => void) {
    this.#faults = [...faults];
    this.#strike = strike;
  }

  get left(): number {
    return this.#faults.length;
  }

  application(inner: Application): Application {
    return {
      info: () => inner.info(),
      initChain: (request) => inner.initChain(request),
      checkTx: (bytes) => inner.checkTx(bytes),
      recheckTx: (bytes) => inner.recheckTx(bytes),
      prepareProposal: (request) => inner.prepareProposal(request),
      processProposal: (proposal) => inner.processProposal(proposal),
      consensusKeys: () => inner.consensusKeys(),
      finalizeBlock: (block) => this.#finalize(inner, block),
      commit: () => this.#commit(inner),
    };
  }

  verifier(verify: VerifySignature): VerifySignature {
    return (key, message, signature) => {
      if (this.#phase === "finalize") this.#at("inFinalize");
      return verify(key, message, signature);
    };
  }

  database(inner: Database): Database {
    const count = (): void => {
      if (this.#phase === "commit" && ++this.#steps === STEPS_INTO_COMMIT) this.#at("inCommit");
    };
    const counting = (batch: WriteBatch): WriteBatch => ({
      put: (table, key, value) => {
        batch.put(table, key, value);
        count();
      },
      remove: (table, key) => {
        batch.remove(table, key);
        count();
      },
    });
    return { ...inner, write: (fill) => inner.write((batch) => fill(counting(batch))) };
  }

  #finalize(inner: Application, block: DecidedBlock) {
    this.#isFull = block.transactions.length > 0;
    this.#at("beforeFinalize");
    this.#phase = "finalize";
    const result = inner.finalizeBlock(block);
    this.#phase = "idle";
    this.#at("afterFinalize");
    return result;
  }

  #commit(inner: Application) {
    this.#at("beforeCommit");
    this.#phase = "commit";
    this.#steps = 0;
    const result = inner.commit();
    this.#phase = "idle";
    this.#at("afterCommit");
    return result;
  }

  #at(moment: Moment): void {
    const [fault] = this.#faults;
    if (!this.#isFull || fault?.moment !== moment) return;
    this.#faults.shift();
    this.#strike(fault.victim);
  }
}
