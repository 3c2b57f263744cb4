import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "@jest/globals";
import { connectRealApi } from "./apiUnderTest.ts";
import { type BorrowedCluster, borrowCluster } from "./borrowedCluster.ts";
import { describeContract } from "./contract.ts";
import { type ControlPlaneChild, startControlPlane } from "./controlPlane.ts";

const SET_UP_MS = 180_000;

/** Set by `make e2e` alone: KUBECONFIG of a shell must not lead `make test` to somebody's cluster. */
const theirs = process.env["GANGLION_E2E_KUBECONFIG"];
if (theirs === undefined) describe("the contract, on a real API server", checkOwn);
else
  describe(`the contract, on the cluster of ${theirs} (its etcd is out of reach: nothing compacts)`, () =>
    checkTheirs(theirs));

/** In a control plane of its own; its programs were built before: that takes minutes, and is no test's work. */
function checkOwn(): void {
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

  describeContract(
    async () => {
      if (plane === undefined) throw new TypeError("the control plane did not start");
      return await connectRealApi(plane);
    },
    { canCompact: true },
  );
}

function checkTheirs(kubeconfig: string): void {
  let cluster: BorrowedCluster | undefined;

  beforeAll(async () => {
    cluster = await borrowCluster(kubeconfig);
  }, SET_UP_MS);
  afterAll(() => cluster?.giveBack(), SET_UP_MS);

  describeContract(() => connectRealApi({ kubeconfig }), { canCompact: false });
}
