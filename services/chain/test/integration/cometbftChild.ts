import { setTimeout } from "node:timers/promises";
import { readConsensusSet } from "@ganglion/ledger";
import { bytesToHex } from "@ganglion/types";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { type NodeSpec, sendTransfers, startNode } from "../gen/cometbftNode.ts";
import { MixedSender } from "../gen/mixedSender.ts";

/**
 * `cometbftChild SPEC_JSON HEIGHT`: runs one node under transfers until all its faults have struck and its ledger has
 * the height, or for ever with height 0; stops in order when its parent says so or goes away. A line for each
 * height, with its root, how many transactions of all kinds were taken, and how many keys have power.
 */
const [specText = "{}", untilText = "0"] = process.argv.slice(2);
const until = Number(untilText);
const stop = new AbortController();
process.stdin.on("end", () => stop.abort()).resume();
await useFastHasher();
// The parent wrote it a moment ago.
const spec = JSON.parse(specText) as NodeSpec;
const node = await startNode(spec);
const mixed = spec.mixed === undefined ? undefined : new MixedSender(node, { ...spec, quota: spec.mixed });
let told = -1;
node.engine.done.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
while (!stop.signal.aborted) {
  const { height, stateRoot } = node.application.head;
  if (height !== told)
    process.stdout.write(`${height} ${bytesToHex(stateRoot)} ${mixed?.sent ?? 0} ${powerfulKeys()}\n`);
  told = height;
  if (until > 0 && height >= until && node.hooks.left === 0) break;
  await (mixed === undefined ? sendTransfers(node) : mixed.send());
  await setTimeout(20);
}
await node.close();
process.exit(0);

function powerfulKeys(): number {
  return readConsensusSet(node.application.state).filter(({ power }) => power > 0n).length;
}
