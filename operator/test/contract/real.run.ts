import { describe } from "@jest/globals";
import { connectRealApi, readAddress } from "./apiUnderTest.ts";
import { describeContract } from "./contract.ts";

/** Written by main.ts, which starts this. */
const ADDRESS_FILE = process.env["GANGLION_CONTRACT_ADDRESS"] ?? "";

describe("the contract, on a real API server", () => {
  describeContract(() => connectRealApi(readAddress(ADDRESS_FILE)));
});
