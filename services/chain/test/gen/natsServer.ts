import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const BUILD_MS = 600_000;
const START_MS = 20_000;
const POLL_MS = 20;
const SCRIPT = fileURLToPath(new URL("../../../../e2e/src/buildNatsServer.ts", import.meta.url));

export type NatsServerOptions = {
  /** More lines of its configuration. */
  readonly config?: string;
};

/** Users u0, u1, ... with the password "secret", each in an account of its own. */
export function accountsConfig(count: number): string {
  const account = (i: number) => `A${i} { jetstream: enabled, users: [{ user: u${i}, password: secret }] }`;
  return `accounts { ${Array.from({ length: count }, (_, i) => account(i)).join("\n")} }`;
}

/** The path of the pinned server, built as `make nats-server` does where it is missing. */
export function ensureNatsServer(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: "utf8", timeout: BUILD_MS });
  const path = /^nats-server \S+ (\S+) sha256:/.exec(stdout)?.[1];
  if (status !== 0 || path === undefined) throw new Error(stderr);
  return path;
}

/** A real server with JetStream in a temporary folder, which keeps its port over restarts. */
export class NatsServer {
  readonly folder = mkdtempSync(join(tmpdir(), "ganglion-nats-"));
  private readonly binary: string;
  private readonly config: string;
  private child: ChildProcess | undefined;
  private boundPort = -1;

  constructor(binary: string, { config = "" }: NatsServerOptions = {}) {
    this.binary = binary;
    this.config = config;
  }

  get port(): number {
    return this.boundPort;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.boundPort}`;
  }

  async start(): Promise<void> {
    const { folder } = this;
    for (const name of readdirSync(folder)) if (name.endsWith(".ports")) rmSync(join(folder, name));
    const lines = [
      `host: "127.0.0.1"`,
      `port: ${this.boundPort}`,
      `ports_file_dir: "${folder}"`,
      `jetstream { store_dir: "${folder}/store" }`,
      this.config,
    ];
    writeFileSync(join(folder, "nats.conf"), lines.join("\n"));
    const child = spawn(this.binary, ["-c", join(folder, "nats.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    this.child = child;
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const deadline = Date.now() + START_MS;
    while (!log.includes("Server is ready")) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`nats-server did not start: ${log}`);
      await sleep(POLL_MS);
    }
    this.boundPort = await this.readPort(deadline);
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    });
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async readPort(deadline: number): Promise<number> {
    while (Date.now() < deadline) {
      const name = readdirSync(this.folder).find((file) => file.endsWith(".ports"));
      const text = name === undefined ? "" : readFileSync(join(this.folder, name), "utf8");
      const port = /(?:nats|tls):\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) return Number(port);
      await sleep(POLL_MS);
    }
    throw new Error("nats-server wrote no ports file");
  }
}
