import { describe, expect, it } from "@jest/globals";
import { decodeFloat16, encodeFloat16 } from "../../src/index.ts";

const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
};

describe("float16 tensors", () => {
  it("come back as the nearest float16", () => {
    const values = Float32Array.of(0, -0, 1, -2.5, 0.1, 6.1e-5, 5.9e-8, 1000.4);
    const back = decodeFloat16(encodeFloat16(values), { rows: 2, dim: 4 });
    expect([...back]).toEqual([...values].map((value) => Math.f16round(value)));
  });

  it("are little endian", () => {
    expect([...encodeFloat16(Float32Array.of(1))]).toEqual([0x00, 0x3c]);
  });

  it("are read at an odd offset", () => {
    const frame = new Uint8Array(5);
    frame.set(encodeFloat16(Float32Array.of(3, -4)), 1);
    expect([...decodeFloat16(frame.subarray(1), { rows: 1, dim: 2 })]).toEqual([3, -4]);
  });

  it("are refused with a wrong number of bytes", () => {
    expect(code(() => decodeFloat16(new Uint8Array(6), { rows: 1, dim: 2 }))).toBe("WIRE_TENSOR_SHAPE");
  });

  it.each([0x7c00, 0xfc00, 0x7e00, 0xffff])("are refused with the non-finite bits %i", (bits) => {
    const bytes = new Uint8Array(Uint16Array.of(0x3c00, bits).buffer);
    expect(code(() => decodeFloat16(bytes, { rows: 1, dim: 2 }))).toBe("WIRE_TENSOR_NOT_FINITE");
  });

  it("are refused above the magnitude, on both sides", () => {
    const bytes = new Uint8Array(Float16Array.of(-1025).buffer);
    expect(code(() => decodeFloat16(bytes, { rows: 1, dim: 1 }))).toBe("WIRE_TENSOR_TOO_LARGE");
    expect(code(() => encodeFloat16(Float32Array.of(1, 1025)))).toBe("WIRE_TENSOR_TOO_LARGE");
    expect(code(() => encodeFloat16(Float32Array.of(Number.NaN)))).toBe("WIRE_TENSOR_NOT_FINITE");
    expect(code(() => encodeFloat16(Float32Array.of(Number.NEGATIVE_INFINITY)))).toBe(
      "WIRE_TENSOR_NOT_FINITE",
    );
  });
});
