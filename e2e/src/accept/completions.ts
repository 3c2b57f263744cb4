import { runGanglion } from "../runGanglion.ts";
import { fact, type Measurement } from "./figure.ts";
import { expertOf } from "./marketFigures.ts";

const PROMPTS = {
  en: "The window is shown when the application is ready and the user ",
  de: "Das Fenster wird angezeigt, wenn die Anwendung bereit ist und der Benutzer ",
  fr: "La fenêtre est affichée lorsque l'application est prête et que l'utilisateur ",
  code: "export function createWindow(options) {\n  const window = new ",
};
const SHOWN_CHARS = 40;

type Completed = { continuation: string; miners: { name: string; share: number }[] };

/** The market continues a text of each domain; the domain's expert must have made most of it. */
export async function completions(stateDir: string): Promise<readonly Measurement[]> {
  const figures: Measurement[] = [];
  for (const [domain, prompt] of Object.entries(PROMPTS)) {
    const ran = await runGanglion(["complete", prompt, "--bytes", "60", "--json", "--state", stateDir]);
    const check = `complete in ${domain}: ${expertOf(domain)} made it`;
    if (ran.code !== 0) figures.push(fact(check, false, ran.stderr.trim()));
    else {
      const completed = JSON.parse(ran.stdout) as Completed;
      figures.push(figureOf(check, domain, completed));
    }
  }
  return figures;
}

function figureOf(check: string, domain: string, { continuation, miners }: Completed): Measurement {
  const [first] = miners;
  const text = JSON.stringify(continuation.slice(0, SHOWN_CHARS));
  const figure = `${first?.name ?? "nobody"} ${((first?.share ?? 0) * 100).toFixed(0)} %: ${text}`;
  return fact(check, first?.name === expertOf(domain), figure);
}
