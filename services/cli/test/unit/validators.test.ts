import { GanglionError } from "@ganglion/types";
import { validator } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { askReports } from "../../src/cmds/market/validators.ts";

const report = validator.Report.fromPartial({ steps: 3 });
const answering = { name: "a", client: { report: async () => report } };
const silent = (name: string) => ({
  name,
  client: {
    report: async () => {
      throw new GanglionError("CLIENT_UNAVAILABLE", `${name} did not answer`);
    },
  },
});

describe("askReports", () => {
  it("tells what those said that answer, and who did not", async () => {
    expect(await askReports([silent("b"), answering])).toEqual([
      { name: "b", error: { code: "CLIENT_UNAVAILABLE", message: "b did not answer" } },
      { name: "a", report },
    ]);
  });

  it("fails when none answers", async () => {
    await expect(askReports([silent("b"), silent("c")])).rejects.toMatchObject({
      code: "CLIENT_UNAVAILABLE",
      message: "b did not answer",
    });
  });
});
