import { BinaryWriter } from "cosmjs-types/binary";

const SIGN_BIT = 1n << 31n;
const WORD = 1n << 32n;

/**
 * The message library writes the lower half of a 64-bit number as signed: from 2^31 to 2^32 it gives one byte of the
 * number and then zeros. The power of a validator with two to four GLN is such a number, and no node would take the
 * block's answer.
 */
export class MessageWriter extends BinaryWriter {
  // The library's own is a field, so that a method would be hidden by it.
  override uint64 = this.int64;

  override int64(value: string | number | bigint): this {
    const whole = BigInt(value);
    if (whole >= SIGN_BIT && whole < WORD) this.uint32(Number(whole));
    else super.int64(whole);
    return this;
  }
}
