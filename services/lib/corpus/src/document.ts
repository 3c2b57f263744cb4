/** One text of one domain. The same `id` in two domains means translations of the same text. */
export type Document = {
  readonly id: string;
  readonly domain: string;
  /** UTF-8; what experts, walks and scores see is bytes. */
  readonly text: Uint8Array;
};

/** Experts learn from one, the mixture's heads from another, and scores come from the third only. */
export const SPLIT_NAMES = ["experts", "mixture", "heldBack"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** What separates paragraphs inside a document. */
export const PARAGRAPH_BREAK = "\n\n";
