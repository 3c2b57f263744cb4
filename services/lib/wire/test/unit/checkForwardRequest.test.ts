import { describe, expect, it } from "@jest/globals";
import { checkForwardRequest, rowsOfContexts, type synapse } from "../../src/index.ts";

const context = (bytes: number, positions: number[] = []): synapse.Context => ({
  text: new Uint8Array(bytes),
  positions,
});

describe("checkForwardRequest", () => {
  it("takes the largest request", () => {
    const positions = Array.from({ length: 64 }, (_, i) => i * 16);
    const contexts = Array.from({ length: 128 }, () => context(1024, positions));
    expect(() => checkForwardRequest({ contexts })).not.toThrow();
    expect(rowsOfContexts(contexts)).toBe(128 * 64);
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
