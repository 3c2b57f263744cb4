import { writeSync } from "node:fs";
import { type Database, openDatabase, type WriteBatch } from "../../src/io/database.ts";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { withBallast } from "../gen/ballast.ts";
import { applicationOver, makeNextBlock } from "../gen/blocks.ts";

/**
 * `commitChild FOLDER`: makes blocks until it is killed, and says when the database's own commit of one begins and when
 * it is over. Ballast makes that commit long, and tells whether all of it was done.
 */
const [folder = ""] = process.argv.slice(2);
await useFastHasher();
const application = applicationOver(announcing(openDatabase(folder)));
for (;;) makeNextBlock(application);

function announcing(database: Database): Database {
  return {
    ...database,
    write: (fill) => {
      database.write((batch: WriteBatch) => {
        fill(withBallast(batch));
        writeSync(1, "commit\n");
      });
      writeSync(1, "done\n");
    },
  };
}
