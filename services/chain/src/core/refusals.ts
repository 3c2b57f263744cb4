/** Why an admitted transaction left the mempool without a block. */
export type Refused = { readonly code: string; readonly message: string };

const KEPT = 4_096;

/** The last refusals, for who asks what became of a transaction. */
export class Refusals {
  private readonly byHash = new Map<string, Refused>();

  of(hash: string): Refused | undefined {
    return this.byHash.get(hash);
  }

  remember(hash: string, { code, message }: Refused): void {
    this.byHash.set(hash, { code, message });
    if (this.byHash.size > KEPT)
      for (const oldest of this.byHash.keys()) if (this.byHash.delete(oldest)) break;
  }

  forget(hash: string): void {
    this.byHash.delete(hash);
  }
}
