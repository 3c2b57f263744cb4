import { describe, expect, it } from "@jest/globals";
import { synapse } from "../../src/index.ts";

const { ForwardResponse, SynapseServiceService } = synapse;

describe("the encoder of Forward's reply", () => {
  it.each([
    [0, 0, 0, 0],
    [2, 1, 1, 32],
    [127, 3, 128, 0],
    [128, 128, 1024, 32],
    [70_001, 300, 4_294_967_295, 33],
  ])(
    "writes the bytes that the generated one writes: %i bytes, %i rows, dim %i",
    (length, rows, networkDim, digest) => {
      const response = {
        representations: new Uint8Array(length).map((_, i) => i),
        rows,
        networkDim,
        modelDigest: new Uint8Array(digest).fill(5),
      };
      const expected = ForwardResponse.encode(response).finish();
      expect([...SynapseServiceService.forward.responseSerialize(response)]).toEqual([...expected]);
    },
  );
});
