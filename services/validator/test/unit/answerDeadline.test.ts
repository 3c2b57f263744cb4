import { describe, expect, it } from "@jest/globals";
import { answerDeadlineMs } from "../../src/core/answerDeadline.ts";
import { NEW_MINER_HEALTH, recordAnswer, recordLate } from "../../src/core/minerHealth.ts";

const taking = (ms: number) => recordAnswer(NEW_MINER_HEALTH, 1, ms);

describe("answerDeadlineMs", () => {
  it("is three times the median of the others", () => {
    expect(answerDeadlineMs([taking(900), taking(1_000), taking(7_000)], 8_000)).toBe(3_000);
  });

  it("has a least and a most", () => {
    expect(answerDeadlineMs([taking(5)], 8_000)).toBe(2_000);
    expect(answerDeadlineMs([taking(5)], 500)).toBe(500);
    expect(answerDeadlineMs([taking(7_000)], 8_000)).toBe(8_000);
  });

  it("is the most where nobody else ever answered", () => {
    expect(answerDeadlineMs([], 8_000)).toBe(8_000);
    expect(answerDeadlineMs([recordLate(NEW_MINER_HEALTH, 8_000)], 8_000)).toBe(8_000);
    expect(answerDeadlineMs([recordLate(NEW_MINER_HEALTH, 8_000), taking(1_000)], 8_000)).toBe(3_000);
  });

  it("follows when all grow slow together", () => {
    let health = taking(1_000);
    for (let call = 0; call < 10; call++) health = recordLate(health, answerDeadlineMs([health], 8_000));
    expect(answerDeadlineMs([health], 8_000)).toBeGreaterThan(5_000);
  });
});
