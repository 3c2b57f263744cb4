import { describe, expect, it } from "@jest/globals";
import { countServed, parseServedWrites } from "../perf/servedRequests.ts";

const lineOf = (verb: string, resource: string, subresource: string, count: number): string =>
  `apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="${resource}",scope="resource",subresource="${subresource}",verb="${verb}",version="v1"} ${count}`;

describe("parseServedWrites", () => {
  it("counts every verb that writes, of every resource and subresource", () => {
    const metrics = [
      "# TYPE apiserver_request_total counter",
      ...["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"].map((verb) =>
        lineOf(verb, "events", "", 1),
      ),
      lineOf("PATCH", "nodes", "status", 10),
      lineOf("GET", "pods", "", 100),
      lineOf("WATCH", "pods", "", 1_000),
      `apiserver_request_terminations_total{verb="POST",resource="pods"} 10000`,
    ].join("\n");

    expect(countServed(parseServedWrites(metrics), () => true)).toBe(16);
  });

  it("tells leases and subresources apart", () => {
    const metrics = [lineOf("PUT", "leases", "", 7), lineOf("POST", "pods", "binding", 2)].join("\n");

    expect(countServed(parseServedWrites(metrics), ({ resource }) => resource !== "leases")).toBe(2);
    expect(countServed(parseServedWrites(metrics), ({ subresource }) => subresource === "")).toBe(7);
  });
});
