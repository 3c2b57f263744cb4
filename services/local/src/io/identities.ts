import { randomBytes } from "node:crypto";
import { encodeAddress, type KeyKind, type Keystore, openKeystore } from "@ganglion/keys";
import { addressOfKey, type Hotkey, InvariantError } from "@ganglion/types";
import { OWNER_KEY } from "../core/planNetwork.ts";

export type LocalKey = { readonly name: string; readonly path: string; readonly publicKey: Hotkey };

/** The keys of one local network: made when first asked for, unencrypted, since they hold play money. */
export class Identities {
  readonly #store: Keystore;

  constructor(folder: string) {
    this.#store = openKeystore(folder);
  }

  key(name: string, kind: KeyKind): LocalKey {
    if (!this.#store.has(name))
      this.#store.save(name, { kind, seed: new Uint8Array(randomBytes(32)) }, { kind: "plain" });
    const found = this.#store.find(name);
    if (found === undefined) throw new InvariantError(`key ${name} is not there after it was saved`);
    return found;
  }

  /** The address (`gln1...`) that owns what local identities earn. */
  ownerAddress(): string {
    return encodeAddress(addressOfKey(this.key(OWNER_KEY, "coldkey").publicKey));
  }
}
