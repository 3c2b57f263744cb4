const GAP = "  ";
/** What counts as a number: `-`, nothing, `1,234`, `-0.5`, `1e-9`, each perhaps with a unit. */
const NUMBER = /^(-|-?[\d.,]+(e[+-]?\d+)?( [%A-Za-z/]+)?)?$/;

/** Rows in columns for a terminal; the first row is the heading. Columns of numbers go right, all others left. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const shape = Array.from({ length: columns }, (_, column) => {
    const cells = rows.map((row) => row[column] ?? "");
    return {
      width: Math.max(...cells.map((cell) => cell.length)),
      numeric: cells.slice(1).every((cell) => NUMBER.test(cell)),
    };
  });
  return rows
    .map((row) =>
      shape
        .map(({ width, numeric }, column) => {
          const cell = row[column] ?? "";
          return numeric ? cell.padStart(width) : cell.padEnd(width);
        })
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}
