export { type LockHolder, lockFolder } from "./lockFolder.ts";
