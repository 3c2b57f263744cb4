import { type Document, PARAGRAPH_BREAK } from "../document.ts";
import { utf8ToBytes } from "../utf8.ts";
import { htmlCodeBlocks, htmlParagraphs } from "./htmlText.ts";

/** Pages in several languages: locale -> path -> page. The same path means translations of one page. */
export type Pages = Readonly<Record<string, Readonly<Record<string, { readonly html: string }>>>>;

const SOURCE_LOCALE = "en-US";
const MIN_PROSE_CHARACTERS = 40;

/** Prose of one locale; a paragraph that is equal to an English one was not translated and is dropped. */
export function extractProse(pages: Pages, locale: string, domain: string): Document[] {
  const english = new Set(locale === SOURCE_LOCALE ? [] : paragraphsOf(pages, SOURCE_LOCALE));
  return Object.entries(pages[locale] ?? {}).flatMap(([id, { html }]) => {
    const own = htmlParagraphs(html).filter(
      (text) => text.length >= MIN_PROSE_CHARACTERS && !english.has(text),
    );
    return asDocument(id, domain, own);
  });
}

/** Code blocks of the English pages. */
export function extractCode(pages: Pages, domain: string): Document[] {
  return Object.entries(pages[SOURCE_LOCALE] ?? {}).flatMap(([id, { html }]) =>
    asDocument(id, domain, htmlCodeBlocks(html)),
  );
}

function paragraphsOf(pages: Pages, locale: string): string[] {
  return Object.values(pages[locale] ?? {}).flatMap(({ html }) => htmlParagraphs(html));
}

function asDocument(id: string, domain: string, paragraphs: readonly string[]): Document[] {
  return paragraphs.length === 0 ? [] : [{ id, domain, text: utf8ToBytes(paragraphs.join(PARAGRAPH_BREAK)) }];
}
