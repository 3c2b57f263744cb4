import { readAccount } from "@ganglion/ledger";
import { addressOfKey, bytesToHex, createRandom } from "@ganglion/types";
import type { NodeSpec, TestNode } from "./cometbftNode.ts";
import { MixedLoad, signDraft } from "./mixedLoad.ts";
import { keyOf, OWNER } from "./network.ts";

const AT_ONCE = 64;
const SEED = 50_000;

/** Sends transactions of all kinds to one node; each node has accounts of its own, so that their nonces never meet. */
export class MixedSender {
  readonly #node: TestNode;
  readonly #load: MixedLoad;
  readonly #quota: number;
  readonly #kinds: NodeSpec["kinds"];
  #sent = 0;

  constructor(node: TestNode, { index, validators, kinds, quota }: NodeSpec & { readonly quota: number }) {
    this.#node = node;
    this.#quota = quota;
    this.#kinds = kinds;
    const accounts = node.accounts.filter((_, i) => i % validators === index);
    const people = {
      accounts,
      validators: Array.from({ length: validators }, (_, i) => keyOf(`validator-${(index + i) % validators}`)),
      name: `node-${index}`,
      owner: index === 0 ? OWNER : (accounts[0] ?? OWNER),
    };
    this.#load = new MixedLoad(people, createRandom(SEED + index));
  }

  /** Taken by the node's mempool. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends some, at most one of a sender: several at once would overtake each other. */
  async send(): Promise<void> {
    const { application, engine } = this.#node;
    const batch = new Map<string, Uint8Array>();
    const count = Math.min(AT_ONCE, this.#quota - this.#sent);
    for (let i = 0; i < count; i++) {
      const draft = this.#load.draft(application, this.#kinds?.[i % this.#kinds.length]);
      const address = addressOfKey(draft.sender.publicKey);
      const sender = bytesToHex(address);
      if (batch.has(sender)) continue;
      const waiting = application.mempool.lastNonce(sender);
      const nonce = waiting === undefined ? readAccount(application.state, address).nonce : waiting + 1;
      batch.set(sender, signDraft(draft, nonce, application.genesisHash));
    }
    const codes = await Promise.all(
      [...batch.values()].map((bytes) => engine.broadcast(bytes).then(({ code }) => code, () => "UNANSWERED")),
    );
    this.#sent += codes.filter((code) => code === "OK").length;
  }
}
