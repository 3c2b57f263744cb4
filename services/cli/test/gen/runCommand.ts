import { jest } from "@jest/globals";
import { buildCommand } from "../../src/command.ts";
import { reportFailure } from "../../src/output.ts";

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the command in this process as `main.ts` does. */
export async function runCommand(...args: readonly string[]): Promise<Ran> {
  const json = args.includes("--json");
  let code = 0;
  const { stdout, stderr } = await captured(async () => {
    try {
      await buildCommand(json).parseAsync(["node", "ganglion", ...args]);
    } catch (error) {
      code = reportFailure(error, json);
    }
  });
  return { code, stdout, stderr };
}

/** What an action writes to the terminal. */
export async function captured(action: () => void | Promise<void>): Promise<Omit<Ran, "code">> {
  const streams = [process.stdout, process.stderr].map((stream) => {
    let text = "";
    const spy = jest.spyOn(stream, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    return { spy, text: () => text };
  });
  try {
    await action();
  } finally {
    for (const { spy } of streams) spy.mockRestore();
  }
  return { stdout: streams[0]?.text() ?? "", stderr: streams[1]?.text() ?? "" };
}
