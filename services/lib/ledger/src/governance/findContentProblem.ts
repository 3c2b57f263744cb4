import type { ProposalContent } from "@ganglion/types";
import { NAME } from "../genesis/checkGenesis.ts";
import { type Rejection, reject } from "../rejections.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuronOfHotkey } from "../state/neurons.ts";
import { readParams } from "../state/params.ts";
import { readRows } from "../state/rows.ts";
import { changeParams } from "./changeParams.ts";
import { isUtf8 } from "./isUtf8.ts";

type DomainsContent = Extract<ProposalContent, { kind: "domains" }>;

const SHARES_PPM = 1_000_000;

/**
 * Rules GOV-5 to GOV-8: why the state, as it is, does not allow what a proposal would do.
 * @param earliest the first height at which an upgrade could take place
 */
export function findContentProblem(
  state: LedgerState,
  content: ProposalContent,
  earliest: number,
): Rejection | undefined {
  switch (content.kind) {
    case "params": {
      const after = changeParams(state, content.changes);
      return "code" in after ? after : undefined;
    }
    case "domains":
      return findDomainsProblem(state, content);
    case "expel":
      return findNeuronOfHotkey(state, content.hotkey) === undefined ? reject("GOV_NO_SLOT") : undefined;
    case "upgrade":
      return content.name === "" || content.height < earliest
        ? reject("GOV_BAD_UPGRADE", `a height from ${earliest} on`)
        : undefined;
    case "charter":
      return content.text.length === 0 || !isUtf8(content.text) ? reject("GOV_BAD_CHARTER") : undefined;
  }
}

/** Weights name a domain by its id, so what an id means stays, as long as it counts. */
function findDomainsProblem(state: LedgerState, { domains }: DomainsContent): Rejection | undefined {
  const { maxDomains } = readParams(state);
  const present = readRows(state, "domains");
  if (domains.length < present.length || domains.length > maxDomains)
    return reject("GOV_BAD_DOMAINS", `${present.length} to ${maxDomains} of them`);
  const names = new Set(domains.map(({ name }) => name));
  if (names.size < domains.length || !domains.every(({ name }) => NAME.test(name)))
    return reject("GOV_BAD_DOMAINS", "each has its own name of letters, digits, '.', '_' and '-'");
  const renamed = present.findIndex(
    ({ name, sharePpm }, id) => sharePpm > 0 && String.fromCharCode(...name) !== domains[id]?.name,
  );
  if (renamed >= 0) return reject("GOV_BAD_DOMAINS", `domain ${renamed} has another name`);
  const sum = domains.reduce((total, { sharePpm }) => total + sharePpm, 0);
  return sum === SHARES_PPM ? undefined : reject("GOV_BAD_DOMAINS", `the shares sum to ${sum}`);
}
