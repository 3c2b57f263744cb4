import { hexToBytes, InvariantError } from "@ganglion/types";
import { EDGE_CASES } from "./edgeCases.ts";
import { verifySignature } from "./verifySignature.ts";

/**
 * Runs the edge cases through the verifier of this process; call it at start, so that a node whose OpenSSL
 * judges differently stops before it disagrees with the others. PERF: about 1 ms.
 * @throws InvariantError naming the case
 */
export function assertVerifier(): void {
  for (const edge of EDGE_CASES) {
    const valid = verifySignature(hexToBytes(edge.key), hexToBytes(edge.message), hexToBytes(edge.signature));
    if (valid !== edge.valid)
      throw new InvariantError(`the signature verifier judges "${edge.name}" ${valid ? "valid" : "invalid"}`);
  }
}
