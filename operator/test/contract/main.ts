// `make contract-real`: the contract on a real kube-apiserver, in a control plane of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startControlPlane } from "./controlPlane.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const JEST = [
  "node_modules/jest/bin/jest.js",
  "-c",
  "services/tooling/jest.config.mjs",
  "--maxWorkers=1",
  "--testMatch",
  "**/operator/test/contract/real.run.ts",
];

const dir = mkdtempSync(join(tmpdir(), "ganglion-contract-"));
const plane = await startControlPlane(dir, ["kube-controller-manager"]);
try {
  // Its caches begin with an empty store, and so with the first version: after a restart there are older ones.
  await plane.stopProgram("kube-apiserver", "stop");
  await plane.startProgram("kube-apiserver");
  const address = join(dir, "address.json");
  writeFileSync(address, JSON.stringify({ kubeconfig: plane.kubeconfig, etcd: plane.etcd }));
  process.exitCode = await runTests(address);
} finally {
  await plane.close();
  rmSync(dir, { recursive: true, force: true });
}

function runTests(address: string): Promise<number> {
  const NODE_OPTIONS = "--experimental-vm-modules --disable-warning=ExperimentalWarning";
  const child = spawn(process.execPath, JEST, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, NODE_OPTIONS, GANGLION_CONTRACT_ADDRESS: address },
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
