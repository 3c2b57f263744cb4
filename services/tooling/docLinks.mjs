// Every relative link and every path in backticks in *.md leads somewhere: a document that names a file which was moved
// misleads whoever carries on. A canary proves that each kind of dead reference is found.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
/** `path/to/file.ts` anywhere, and anything below a folder of the top level. Globs are allowed, placeholders are no paths. */
const SOURCE = /^[\w.@*{},/-]*\/[\w.@*{},-]+\.(?:ts|mjs|proto|yaml|md)$/;
const BELOW_TOP = /^(?:services|docs|crds|proto|e2e|\.config)\/[\w.@*{},/-]*$/;
const CANARY = "[a](docs/none.md) [b](#no-such-heading) `src/none.ts` `services/none/*.ts` `docs/none`";
const CANARY_FAULTS = 5;

const faults = referencesOf(CANARY).filter((reference) => isDead(reference, "README.md", CANARY)).length;
if (faults !== CANARY_FAULTS) {
  console.error(`the check of documents missed its canary: ${faults} of ${CANARY_FAULTS} found`);
  process.exit(1);
}

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const dead = files.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return referencesOf(text)
    .filter((reference) => isDead(reference, file, text))
    .map(({ target, line }) => `${file}:${line}: ${target} is not there`);
});
for (const fault of dead) console.error(fault);
if (dead.length > 0) process.exit(1);
console.log(`${files.length} documents, all links and paths lead somewhere`);

/** Links outside of code, and paths in backticks. "Tests:" lines of docs/ledger.md have a check of their own. */
function referencesOf(text) {
  let fenced = false;
  return text.split("\n").flatMap((content, index) => {
    if (/^\s*```/.test(content)) fenced = !fenced;
    if (fenced || /^ {4}/.test(content) || /^\s*Tests: /.test(content)) return [];
    const prose = content.replace(/`[^`]*`/g, "");
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ kind: "link", target }));
    const paths = [...content.matchAll(/`([^`\s]+)`/g)]
      .map(([, target]) => ({ kind: "path", target }))
      .filter(({ target }) => SOURCE.test(target) || BELOW_TOP.test(target));
    return [...links, ...paths].map((reference) => ({ ...reference, line: index + 1 }));
  });
}

function isDead({ kind, target }, file, text) {
  const folder = join(root, dirname(file));
  if (kind === "path") return [root, folder, join(folder, "src")].every((base) => isMissing(base, target));
  if (/^[a-z]+:/.test(target)) return false;
  const [path, heading] = target.split("#");
  if (path !== "" && !existsSync(join(folder, path))) return true;
  if (heading === undefined) return false;
  return !slugs(path === "" ? text : readFileSync(join(folder, path), "utf8")).includes(heading);
}

function isMissing(base, target) {
  if (/[*{]/.test(target)) return globSync(target, { cwd: base }).length === 0;
  return !existsSync(join(base, target));
}

/** Names of a document's headings as links write them. */
function slugs(text) {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replace(/ /g, "-"),
  );
}
