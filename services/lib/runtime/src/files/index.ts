export { makeFolder } from "./makeFolder.ts";
export { writeFileAtomic, writeFileAtomicSync } from "./writeFileAtomic.ts";
export { cannotWrite, writing } from "./writing.ts";
