import { callError } from "@ganglion/runtime/grpc";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { describe, expect, it } from "@jest/globals";

function failed(trailer: string | undefined): ServiceError {
  const metadata = new Metadata();
  if (trailer !== undefined) metadata.set("ganglion-code", trailer);
  return Object.assign(new Error("refused"), { code: status.UNAVAILABLE, details: "refused", metadata });
}
const codeOf = (trailer: string | undefined) => callError(failed(trailer), "Forward", "127.0.0.1:1").code;

describe("callError", () => {
  it("keeps the code that the server gave", () => {
    expect(codeOf("MINER_QUEUE_FULL")).toBe("MINER_QUEUE_FULL");
    expect(codeOf(`A${"B".repeat(63)}`)).toHaveLength(64);
  });

  it.each([undefined, "", "ab", "miner_full", "MINER FULL", "9_LIVES", 'X"} 1', `A${"B".repeat(64)}`])(
    "takes the status where the code is none: %s",
    (trailer) => expect(codeOf(trailer)).toBe("GRPC_UNAVAILABLE"),
  );
});
