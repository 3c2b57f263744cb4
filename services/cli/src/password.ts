import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { GanglionError } from "@ganglion/types";

/**
 * A password from the first line of a file, or typed without echo on a terminal; never from a flag.
 * @throws GanglionError CLI_NO_PASSWORD when there is neither
 */
export async function readPassword(file: string | undefined, prompt: string): Promise<string> {
  if (file !== undefined) return readFirstLine(file);
  if (!process.stdin.isTTY)
    throw new GanglionError(
      "CLI_NO_PASSWORD",
      "a password is needed: give --password-file FILE, or use a terminal",
    );
  return askHidden(prompt);
}

/** As `readPassword`, typed twice on a terminal. */
export async function readNewPassword(file: string | undefined): Promise<string> {
  const first = await readPassword(file, "new password: ");
  if (file === undefined && first !== (await askHidden("again: ")))
    throw new GanglionError("CLI_PASSWORDS_DIFFER", "the two passwords differ: nothing was written");
  return first;
}

/** Lines of standard input or of the terminal, for secrets that must not be in the shell's history. */
export async function readSecretLine(prompt: string): Promise<string> {
  if (process.stdin.isTTY) return askHidden(prompt);
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return "";
}

function readFirstLine(file: string): string {
  try {
    return readFileSync(file, "utf8").split("\n")[0] ?? "";
  } catch (cause) {
    throw new GanglionError("CLI_NO_PASSWORD", `cannot read the password file ${file}`, { file }, { cause });
  }
}

function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    lines.question("", (answer) => {
      lines.close();
      process.stderr.write("\n");
      resolve(answer);
    });
  });
}
