import { describe } from "@jest/globals";
import { startFakeApi } from "./apiUnderTest.ts";
import { describeContract } from "./contract.ts";

describe("the contract, on the fake API server", () => {
  describeContract(startFakeApi, { canCompact: true });
});
