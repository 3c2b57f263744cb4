import { createGrpcServer, Refusal } from "@ganglion/runtime/grpc";
import { validator } from "@ganglion/wire";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createValidatorClient, type ValidatorClient } from "../../src/index.ts";
import { logger } from "../gen/fakeNode.ts";

const server = createGrpcServer({ host: "127.0.0.1", port: 0 }, { logger });
let client: ValidatorClient;

beforeAll(async () => {
  server.addService(validator.ValidatorServiceService, {
    getReport: async () => ({ report: validator.Report.fromPartial({ steps: 3 }) }),
    complete: async function* ({ prompt }) {
      if (prompt.length === 0) throw new Refusal("CALL_BAD_REQUEST", "a prompt has 1 to 9 bytes");
      yield validator.CompleteResponse.fromPartial({ text: prompt });
      yield validator.CompleteResponse.fromPartial({ text: prompt });
    },
  });
  client = createValidatorClient(`127.0.0.1:${await server.listen()}`);
});
afterAll(async () => {
  client.close();
  await server.close(0);
});

const collect = async (prompt: Uint8Array) => {
  const pieces: Uint8Array[] = [];
  const request = validator.CompleteRequest.fromPartial({ prompt });
  for await (const { text } of client.complete(request)) pieces.push(text);
  return pieces;
};

describe("a validator's client", () => {
  it("reads the report and a completion piece by piece", async () => {
    expect((await client.report()).steps).toBe(3);
    expect(await collect(Uint8Array.of(1))).toHaveLength(2);
  });

  it("keeps the code of what the validator refuses", async () => {
    await expect(collect(new Uint8Array(0))).rejects.toMatchObject({ code: "CALL_BAD_REQUEST" });
  });

  it("says which validator does not answer", async () => {
    const nobody = createValidatorClient("127.0.0.1:1");
    await expect(nobody.report()).rejects.toMatchObject({
      code: "CLIENT_UNAVAILABLE",
      message: expect.stringContaining("127.0.0.1:1"),
    });
    nobody.close();
  });
});
