const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
};
const BLOCK_TAGS =
  /<\/?(?:p|li|ul|ol|td|th|tr|table|thead|tbody|h[1-6]|div|blockquote|section|hr|dl|dt|dd)\b[^>]*>/gi;
const PRE = /<pre\b[^>]*>([\s\S]*?)<\/pre>/gi;
const ANY_TAG = /<[^>]*>/g;

/** Text of each block element (paragraph, item, cell, heading) outside of `<pre>`, white space collapsed. */
export function htmlParagraphs(html: string): string[] {
  return html
    .replace(PRE, "\n\u0000\n")
    .replace(BLOCK_TAGS, "\u0000")
    .split("\u0000")
    .map((block) => decodeEntities(block.replace(ANY_TAG, "")).replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

/** Text of each `<pre>`, line breaks kept. */
export function htmlCodeBlocks(html: string): string[] {
  return [...html.matchAll(PRE)]
    .map((match) => decodeEntities((match[1] ?? "").replace(ANY_TAG, "")).trim())
    .filter((code) => code !== "");
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
