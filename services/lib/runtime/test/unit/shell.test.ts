import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { parseConfig } from "../../src/config/index.ts";
import { createLogger } from "../../src/log/index.ts";
import { Gauge, Registry, serveMetrics } from "../../src/metrics/index.ts";

describe("createLogger", () => {
  it("writes one JSON object a line with fields of all parents and bigints as strings", () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    createLogger({ destination, fields: { service: "chain" } })
      .child({ name: "a" })
      .info("block committed", { height: 3, issuance: 5n });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      message: "block committed",
      service: "chain",
      name: "a",
      height: 3,
      issuance: "5",
    });
  });
});

describe("parseConfig", () => {
  const schema = z.strictObject({ port: z.number(), nested: z.strictObject({ name: z.string() }) });

  it("names every wrong field", () => {
    expect(() => parseConfig(schema, { port: "x", nested: { name: 1 } }, "test.json")).toThrow(
      /test\.json.*\n.*port.*\n.*nested\.name/,
    );
  });

  it("returns a frozen value", () => {
    const config = parseConfig(schema, { port: 1, nested: { name: "a" } }, "test.json");
    expect(Object.isFrozen(config.nested)).toBe(true);
  });
});

describe("serveMetrics", () => {
  it("serves the registry and what others add", async () => {
    const register = new Registry();
    new Gauge({ name: "ganglion_test_height", help: "test", registers: [register] }).set(7);
    const server = await serveMetrics(register, {
      host: "127.0.0.1",
      port: 0,
      more: async () => "other 1\n",
    });
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    await server.close();
    expect(text).toContain("ganglion_test_height 7");
    expect(text).toContain("other 1");
  });

  it("names the port that another program holds", async () => {
    const first = await serveMetrics(new Registry(), { host: "127.0.0.1", port: 0 });
    const second = serveMetrics(new Registry(), { host: "127.0.0.1", port: first.port });
    await expect(second).rejects.toMatchObject({ code: "RUNTIME_PORT_IN_USE" });
    await first.close();
  });
});
