// Every error code of the source has one row in one document, and every row's code is in the source. Codes of the ledger
// are rows of docs/ledger.md, those of the controller kit of its README, which is packed with it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codesOfSource, codesOfTables, compareCodes } from "./errorCodes.ts";

const root = new URL("../..", import.meta.url).pathname;
const SOURCES = "{services/*,services/lib/*,operator,e2e,e2e/cluster}/src/**/*.ts";
const DOCUMENTS = ["docs/errors.md", "docs/ledger.md", "operator/src/controllerkit/README.md"];

const read = (path) => readFileSync(join(root, path), "utf8");
const files = globSync(SOURCES, { cwd: root, exclude: (path) => path.endsWith("/gen") });
const source = new Set(files.flatMap((file) => codesOfSource(read(file))));
const problems = compareCodes(source, new Map(DOCUMENTS.map((path) => [path, codesOfTables(read(path))])));

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${source.size} error codes, each in one table`);
