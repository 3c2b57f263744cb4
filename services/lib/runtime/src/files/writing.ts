import { dirname } from "node:path";
import { errorMessage, GanglionError } from "@ganglion/types";

/**
 * Runs what writes `path`.
 * @throws GanglionError RUNTIME_CANNOT_WRITE
 */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** What to throw when the file system refused to write `path`; an error that is coded already stays as it is. */
export function cannotWrite(path: string, cause: unknown): GanglionError {
  const coded: GanglionError | undefined = cause instanceof GanglionError ? cause : undefined;
  if (coded) return coded;
  return new GanglionError(
    "RUNTIME_CANNOT_WRITE",
    `cannot write ${path} (${errorMessage(cause)}): free space, mend the permissions of ${dirname(path)}, or choose another folder`,
    { path },
    { cause },
  );
}
