import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "@jest/globals";
import { connectRealApi } from "./apiUnderTest.ts";
import { describeContract } from "./contract.ts";
import { type ControlPlaneChild, startControlPlane } from "./controlPlane.ts";

const SET_UP_MS = 180_000;

/** In a control plane of its own; its programs were built before: that takes minutes, and is no test's work. */
describe("the contract, on a real API server", () => {
  const dir = mkdtempSync(join(tmpdir(), "ganglion-contract-"));
  let plane: ControlPlaneChild | undefined;

  beforeAll(async () => {
    plane = await startControlPlane(dir, ["kube-controller-manager"], { mustBeBuilt: true });
    // Its caches begin with an empty store, and so with the first version: after a restart there are older ones.
    await plane.stopProgram("kube-apiserver", "stop");
    await plane.startProgram("kube-apiserver");
  }, SET_UP_MS);
  afterAll(async () => {
    await plane?.close();
    rmSync(dir, { recursive: true, force: true });
  }, SET_UP_MS);

  describeContract(async () => {
    if (plane === undefined) throw new TypeError("the control plane did not start");
    return await connectRealApi(plane);
  });
});
