import { MAX_ROWS_PER_CALL, NETWORK_DIM } from "@ganglion/params";
import { describe, expect, it } from "@jest/globals";
import { checkForwardRequest, rowsOfContexts, type synapse } from "../../src/index.ts";

const context = (bytes: number, positions: number[] = []): synapse.Context => ({
  text: new Uint8Array(bytes),
  positions,
});

describe("checkForwardRequest", () => {
  it("takes the largest requests", () => {
    const positions = Array.from({ length: 64 }, (_, i) => i * 16);
    const wide = Array.from({ length: 62 }, () => context(1024, positions));
    const most = [...wide, context(1024, positions.slice(0, 32))];
    expect(rowsOfContexts(most)).toBe(4_000);
    expect(() => checkForwardRequest({ contexts: most })).not.toThrow();
    const many = Array.from({ length: 128 }, () => context(1024));
    expect(() => checkForwardRequest({ contexts: many })).not.toThrow();
  });

  it("refuses more rows than a message can answer, LAST counted too", () => {
    const positions = Array.from({ length: 64 }, (_, i) => i * 16);
    const wide = Array.from({ length: 62 }, () => context(1024, positions));
    const contexts = [...wide, context(1024, positions.slice(0, 32)), context(1024)];
    expect(() => checkForwardRequest({ contexts })).toThrow(
      expect.objectContaining({
        code: "WIRE_BAD_REQUEST",
        message: "a call asks for at most 4000 rows, not 4001: one for each position, one for LAST",
      }),
    );
  });

  it("allows no call whose answer exceeds 8 MiB", () => {
    const bytes = MAX_ROWS_PER_CALL * NETWORK_DIM * 2;
    expect(bytes + 1_024).toBeLessThan(8 * 1024 ** 2);
  });

  it.each([
    ["no context", []],
    ["too many contexts", Array.from({ length: 129 }, () => context(1))],
    ["an empty text", [context(0)]],
    ["a long text", [context(1025)]],
    [
      "too many positions",
      [
        context(
          1024,
          Array.from({ length: 65 }, (_, i) => i),
        ),
      ],
    ],
    ["a repeated position", [context(4, [1, 1])]],
    ["a position past the end", [context(4, [4])]],
  ])("refuses %s", (_, contexts) => {
    expect(() => checkForwardRequest({ contexts })).toThrow(
      expect.objectContaining({ code: "WIRE_BAD_REQUEST" }),
    );
  });

  it("counts LAST as one row", () => {
    expect(rowsOfContexts([context(3), context(3, [0, 2])])).toBe(3);
  });
});
