import { describe, expect, it } from "@jest/globals";
import { hasCrowdedSender } from "../../../src/index.ts";
import { Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

describe("hasCrowdedSender", () => {
  it("FEE-5: finds whether a sender has too many transactions in a block", () => {
    const sim = new Sim();
    for (const name of ["ann", "ben"]) sim.fund(name, 10n ** 9n);
    const send = (name: string) => sim.sign(sim.body(name, transferTo(testKey("bob"), 1n)), [name]);
    const list = [send("ann"), send("ben"), send("ann"), send("ann"), send("ben")];
    expect(hasCrowdedSender(list, 3)).toBe(false);
    expect(hasCrowdedSender(list, 2)).toBe(true);
    const noise = Array.from({ length: 9 }, () => new Uint8Array(3));
    expect(hasCrowdedSender([...noise, new Uint8Array(30).fill(255), new Uint8Array(0)], 1)).toBe(false);
  });
});
