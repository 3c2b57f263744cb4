import { dirname } from "node:path";
import { errorMessage, GanglionError } from "@ganglion/types";

/**
 * Runs what writes `path`.
 * @throws GanglionError VALIDATOR_CANNOT_WRITE
 */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw new GanglionError(
      "VALIDATOR_CANNOT_WRITE",
      `cannot write ${path}: ${errorMessage(cause)}; free space or mend the permissions of ${dirname(path)}`,
      { path },
      { cause },
    );
  }
}
