import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runGanglion } from "../runGanglion.ts";
import { fact, type Measurement } from "./figure.ts";
import { expertOf } from "./marketFigures.ts";

/** Newest rows of a domain at each validator. */
const ROWS = 400;
const DOMAINS = ["en", "de", "fr", "code"];

type Evaluated = { rows: { count: number; jointBitsPerByte: number; singleBitsPerByte: number } };

/** The mixture against each domain's expert on the rows that the validators scored last. */
export async function rowFigures(stateDir: string, limit: number): Promise<readonly Measurement[]> {
  const figures: Measurement[] = [];
  for (const domain of DOMAINS) figures.push(await ofDomain(stateDir, domain, limit));
  return figures;
}

async function ofDomain(stateDir: string, domain: string, limit: number): Promise<Measurement> {
  const windows = join(stateDir, `rows-${domain}.jsonl`);
  writeFileSync(windows, newestRows(stateDir, domain).join("\n"));
  const model = join(stateDir, "models", expertOf(domain));
  const args = ["evaluate", "--model", model, "--text", `corpus:${domain}`, "--windows", windows, "--json"];
  const ran = await runGanglion(args);
  const check = `joint / ${expertOf(domain)} on the same rows`;
  if (ran.code !== 0) return fact(check, false, ran.stderr.trim().slice(0, 80));
  const { count, jointBitsPerByte, singleBitsPerByte } = (JSON.parse(ran.stdout) as Evaluated).rows;
  return {
    kind: "measured",
    check,
    value: jointBitsPerByte / singleBitsPerByte,
    unit: "x",
    limit: `<= ${limit}, aim 1.03`,
    holds: (ratio) => count > 0 && ratio <= limit,
    note: `${jointBitsPerByte.toFixed(3)} / ${singleBitsPerByte.toFixed(3)}, ${count} rows`,
  };
}

function newestRows(stateDir: string, domain: string): readonly string[] {
  const folder = join(stateDir, "validators");
  return readdirSync(folder)
    .map((name) => join(folder, name, "rows.jsonl"))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line.includes(`"domain":"${domain}"`))
        .slice(-ROWS),
    );
}
