import { type Document, isNode, type LineCounter } from "yaml";

/** A fault in a resource file; line and column count from 1. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** For example `spec.models.0.plugin`. */
  readonly path: string;
  readonly message: string;
};

export type Path = readonly (string | number)[];

/** Where the value at a path (or its nearest parent) stands in the text. */
export function locate(document: Document, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}
