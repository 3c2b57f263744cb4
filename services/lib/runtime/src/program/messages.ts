import { z } from "zod";

/** What a program tells the process that started it, over Node's IPC channel. */
const childMessage = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("ready"),
    /** Addresses and the like, for example {port: 4000}. */
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.strictObject({ kind: z.literal("failed"), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal("metrics"), text: z.string() }),
  z.strictObject({
    kind: z.literal("progress"),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
]);

export type ChildMessage = z.output<typeof childMessage>;

/** What the parent asks. A parent that goes away (the channel closes) asks to stop. */
export type ParentMessage = { readonly kind: "metrics" } | { readonly kind: "stop" };

/** Undefined for anything that is no message of ours. */
export function parseChildMessage(value: unknown): ChildMessage | undefined {
  const parsed = childMessage.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
