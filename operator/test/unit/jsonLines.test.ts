import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readJsonLines } from "../../src/controllerkit/api/jsonLines.ts";

async function* packetsOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const to = Math.max(from, Math.min(cut, bytes.length));
    yield await Promise.resolve(bytes.subarray(from, to));
    from = to;
  }
}

async function read(bytes: Uint8Array, cuts: readonly number[], limit = 10_000): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const batch of readJsonLines(packetsOf(bytes, cuts), limit)) values.push(...batch);
  return values;
}

describe("readJsonLines", () => {
  it("gives the same values wherever packets are cut, also within a character", async () => {
    const values = [{ name: "ä€𝄞" }, 1, [], { nested: { text: "two\nlines" } }];
    const bytes = new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const sorted = cuts.sort((a, b) => a - b);
        expect(await read(bytes, sorted)).toEqual(values);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("fails with a code on a line that is no JSON", async () => {
    const bytes = new TextEncoder().encode('{"a":1}\nnonsense\n');
    await expect(read(bytes, [])).rejects.toMatchObject({ code: "KUBE_BAD_ANSWER" });
  });

  it("fails with a code on a line without end", async () => {
    const bytes = new Uint8Array(200).fill(0x20);
    await expect(read(bytes, [50, 100, 150], 120)).rejects.toMatchObject({ code: "KUBE_BAD_ANSWER" });
  });

  it("never throws anything uncoded on random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        try {
          await read(bytes, []);
        } catch (error) {
          expect(error).toMatchObject({ code: "KUBE_BAD_ANSWER" });
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});
