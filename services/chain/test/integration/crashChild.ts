import { type Database, openDatabase, type WriteBatch } from "../../src/io/database.ts";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { applicationOver, makeNextBlock } from "../gen/blocks.ts";

/** `crashChild FOLDER HEIGHT STEP`: makes blocks up to HEIGHT and dies by SIGKILL at the STEPth write step. */
const [folder = "", height = "0", step = "-1"] = process.argv.slice(2);
await useFastHasher();
const application = applicationOver(dieAt(openDatabase(folder), Number(step)));
while (application.head.height < Number(height)) makeNextBlock(application);
process.exit(0);

function dieAt(database: Database, fatalStep: number): Database {
  let step = 0;
  const count = () => {
    if (step++ === fatalStep) process.kill(process.pid, "SIGKILL");
  };
  const counting = (batch: WriteBatch): WriteBatch => ({
    put: (table, key, value) => {
      batch.put(table, key, value);
      count();
    },
    remove: (table, key) => {
      batch.remove(table, key);
      count();
    },
  });
  return {
    ...database,
    write: (fill) => {
      count();
      database.write((batch) => fill(counting(batch)));
      count();
    },
  };
}
