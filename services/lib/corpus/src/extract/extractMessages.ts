import { type Document, PARAGRAPH_BREAK } from "../document.ts";
import { utf8ToBytes } from "../utf8.ts";

const MESSAGES_PER_DOCUMENT = 40;
const MIN_CHARACTERS = 40;

/** A compiler's translated messages as documents of some dozen messages; keys are the same in each language. */
export function extractMessages(messages: Readonly<Record<string, string>>, domain: string): Document[] {
  const long = Object.keys(messages)
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((key) => {
      const text = messages[key] ?? "";
      return text.length >= MIN_CHARACTERS ? [text] : [];
    });
  const count = Math.ceil(long.length / MESSAGES_PER_DOCUMENT);
  return Array.from({ length: count }, (_, index) => ({
    id: `messages/${index}`,
    domain,
    text: utf8ToBytes(
      long.slice(index * MESSAGES_PER_DOCUMENT, (index + 1) * MESSAGES_PER_DOCUMENT).join(PARAGRAPH_BREAK),
    ),
  }));
}
