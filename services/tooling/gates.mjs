// Runs shell commands two at a time, prints each one's verdict and time, and the output of those that fail.
import { spawn } from "node:child_process";

const AT_ONCE = 2;

export async function runGates(gates) {
  const waiting = [...gates];
  const failed = [];
  const worker = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) {
      const [name, command] = gate;
      const started = performance.now();
      const { code, output } = await run(command);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
      if (code !== 0) {
        failed.push(name);
        process.stdout.write(output);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed.length === 0;
}

function run(command) {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: "1" };
    const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"], env });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => resolve({ code, output }));
  });
}
