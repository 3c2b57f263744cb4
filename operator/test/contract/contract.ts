import type { ApiUnderTest, ContractOptions } from "./apiUnderTest.ts";
import { describeDeletion } from "./deletion.contract.ts";
import { describeInformers } from "./informers.contract.ts";
import { describeLists } from "./lists.contract.ts";
import { describeToys } from "./toys.contract.ts";
import { describeWatches } from "./watches.contract.ts";
import { describeWrites } from "./writes.contract.ts";

/** All that the kit relies on, checked on one server. */
export function describeContract(connect: () => Promise<ApiUnderTest>, options: ContractOptions): void {
  describeWrites(connect);
  describeWatches(connect, options);
  describeDeletion(connect);
  describeInformers(connect);
  describeToys(connect);
  describeLists(connect, options);
}
