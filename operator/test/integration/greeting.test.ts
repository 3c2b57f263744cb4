import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { eventually } from "../contract/eventually.ts";
import { EXAMPLE, type Greeter, startGreeter } from "./greeter.ts";

const README = new URL("../../src/controllerkit/README.md", import.meta.url);

type Role = {
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
};

let greeter: Greeter | undefined;

afterEach(async () => {
  await greeter?.close();
  greeter = undefined;
});

/** `VERB PLURAL`, of all roles; those on subresources are for the server's own checks. */
function grantedRights(): readonly string[] {
  const documents = parseAllDocuments(readFileSync(new URL("rbac.yaml", EXAMPLE), "utf8"));
  const rules = documents.flatMap((document) => (document.toJS() as Partial<Role>).rules ?? []);
  return rules.flatMap(({ resources, verbs }) =>
    resources.filter((name) => !name.includes("/")).flatMap((name) => verbs.map((verb) => `${verb} ${name}`)),
  );
}

describe("the example of the README", () => {
  it("is in the README word for word", () => {
    expect(readFileSync(README, "utf8")).toContain(readFileSync(new URL("main.ts", EXAMPLE), "utf8"));
  });

  it("greets, heals, follows the spec and stops when told, with the rights of its rbac.yaml and no others", async () => {
    greeter = await startGreeter(fileURLToPath(new URL("main.ts", EXAMPLE)));
    const { greetings, configMaps, traffic, greet, text, stop } = greeter;
    const greeting = await greet("first", "World");
    await eventually("the greeting", async () => (await text("first")) === "Hello, World!");
    const first = await configMaps.get({ namespace: "default", name: "first" });
    if (first !== undefined) await configMaps.delete(first);
    await eventually("the greeting again", async () => (await text("first")) === "Hello, World!");
    await greetings.patch(greeting, { spec: { name: "You" } });
    await eventually("the new greeting", async () => (await text("first")) === "Hello, You!");

    expect(await stop()).toBe(0);
    expect([...traffic.asked()].sort()).toEqual([...grantedRights()].sort());
  });
});
