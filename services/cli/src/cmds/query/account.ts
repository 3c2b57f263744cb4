import { encodeAddress } from "@ganglion/keys";
import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln } from "@ganglion/types";
import type { Command } from "commander";
import { resolveAddress, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

/** `ganglion account ADDRESS`: balance, stakes, what is unbonding. */
export function addAccount(parent: Command): void {
  parent
    .command("account <address|key>")
    .description("an account's balance, stake and unbonding")
    .action((text: string, _options: object, command: Command) =>
      withNetwork(command, async ({ client, nameOf }, common) => {
        const address = resolveAddress(common, text);
        const account = await client.account(address);
        const value = { address: encodeAddress(address), ...account };
        printResult(common.json, value, () =>
          [
            `${value.address}${account.exists ? "" : "  (the ledger does not know it yet)"}`,
            `balance ${formatGln(account.balance)} GLN  nonce ${account.nonce}`,
            ...(account.stakes.length === 0
              ? []
              : [
                  renderTable([
                    ["stake with", "GLN"],
                    ...account.stakes.map((s) => [nameOf(s.hotkey), formatGln(s.amount)]),
                  ]),
                ]),
            ...account.unbondings.map(
              (u) =>
                `unbonding ${formatGln(u.amount)} GLN from ${nameOf(u.hotkey)}, free after block ${u.releaseHeight}`,
            ),
          ].join("\n"),
        );
      }),
    );
}
