type Family = { head: string[]; samples: string[] };

/**
 * Joins texts in the Prometheus exposition format: each family's HELP and TYPE once, then all its samples, as
 * the format demands. Two texts with one sample of equal labels would be a fault of the programs.
 */
export function mergeMetrics(texts: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const text of texts) {
    let current: Family | undefined;
    for (const line of text.split("\n")) {
      const described = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
      if (described !== undefined) {
        current = familyOf(families, described);
        if (
          !current.head.some(
            (known) => known.slice(0, 7 + described.length) === line.slice(0, 7 + described.length),
          )
        )
          current.head.push(line);
      } else if (line !== "" && !line.startsWith("#")) {
        (current ?? familyOf(families, line.split(/[{ ]/)[0] ?? "")).samples.push(line);
      }
    }
  }
  return [...families.values()].flatMap(({ head, samples }) => [...head, ...samples, ""]).join("\n");
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const known = families.get(name) ?? { head: [], samples: [] };
  families.set(name, known);
  return known;
}
