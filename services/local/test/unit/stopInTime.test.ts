import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { stopInTime } from "../../src/io/stopInTime.ts";

/** Ends only when it is killed at its deadline. */
const killed = (withinMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, withinMs));
const never = (): Promise<void> => new Promise(() => undefined);

describe("stopInTime", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** What each stage was given, and when all was over. */
  async function run(stops: readonly ((withinMs: number) => Promise<void>)[]) {
    const keeps = [1_000, 900, 0];
    const given: number[] = [];
    let endedMs = Number.NaN;
    const startMs = performance.now();
    const stages = stops.map((stop, i) => ({
      keepMs: keeps[i] ?? 0,
      stop: (withinMs: number) => {
        given.push(withinMs);
        return stop(withinMs);
      },
    }));
    void stopInTime(2_700, stages).then(() => {
      endedMs = performance.now() - startMs;
    });
    await jest.advanceTimersByTimeAsync(3_000);
    return { given, endedMs };
  }

  it("ends in time although no child ends before it is killed", async () => {
    const { given, endedMs } = await run([killed, killed, killed]);
    expect(given).toEqual([1_700, 100, 900]);
    expect(endedMs).toBe(2_700);
  });

  it("ends in time although nothing ever ends", async () => {
    const { given, endedMs } = await run([never, never, never]);
    expect(given).toEqual([1_700, 50, 850]);
    expect(endedMs).toBe(2_750);
  });

  it("goes on at once when a stage is done, and hands its time on", async () => {
    const { given, endedMs } = await run([async () => undefined, async () => undefined, killed]);
    expect(given).toEqual([1_700, 1_800, 2_700]);
    expect(endedMs).toBe(2_700);
  });

  it("gives a stage no more than its own most", async () => {
    const given: number[] = [];
    const stop = async (withinMs: number): Promise<void> => void given.push(withinMs);
    await stopInTime(2_700, [{ keepMs: 0, mostMs: 400, stop }]);
    expect(given).toEqual([400]);
  });
});
