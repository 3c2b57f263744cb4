import {
  bytesToUtf8,
  type Document,
  extractCode,
  extractMessages,
  extractProgram,
  extractProse,
} from "@ganglion/corpus";
import { describe, expect, it } from "@jest/globals";

const textsOf = (documents: readonly Document[]) => documents.map(({ id, text }) => [id, bytesToUtf8(text)]);
const english = "A paragraph in English that is long enough to count.";
const french = "Un paragraphe en français assez long pour être gardé &amp; lu.";

const pages = {
  "en-US": {
    "/a": {
      html: `<h1>Short</h1><p>${english}</p><pre><code>let a = 1 &lt; 2;\n  b();</code></pre><ul><li>${english} Two.</li></ul>`,
    },
  },
  "fr-FR": {
    "/a": { html: `<p>${english}</p><p>Un <b>paragraphe</b> ${french.slice(14)}</p><pre>let a = 1;</pre>` },
  },
};

describe("extractProse", () => {
  it("keeps long paragraphs and items, not headings, code or tags", () => {
    expect(textsOf(extractProse(pages, "en-US", "en"))).toEqual([["/a", `${english}\n\n${english} Two.`]]);
  });

  it("drops what was not translated and decodes entities", () => {
    expect(textsOf(extractProse(pages, "fr-FR", "fr"))).toEqual([["/a", french.replace("&amp;", "&")]]);
  });

  it("finds nothing for a locale that the pages lack", () => {
    expect(extractProse(pages, "xx", "xx")).toEqual([]);
  });
});

describe("extractCode", () => {
  it("keeps the lines of code blocks", () => {
    expect(textsOf(extractCode(pages, "code"))).toEqual([["/a", "let a = 1 < 2;\n  b();"]]);
  });
});

describe("extractMessages", () => {
  it("makes documents of some dozen long messages, ordered by key", () => {
    const messages = Object.fromEntries(
      Array.from({ length: 90 }, (_, i) => [`K${i + 10}`, `${i} ${english}`]),
    );
    const documents = extractMessages({ ...messages, A: "short" }, "de");
    expect(documents.map(({ id }) => id)).toEqual(["messages/0", "messages/1", "messages/2"]);
    expect(bytesToUtf8(documents[0]?.text ?? new Uint8Array()).startsWith("0 A paragraph")).toBe(true);
  });
});

describe("extractProgram", () => {
  it("takes spread pieces without comments up to the wanted size", () => {
    const source = Array.from(
      { length: 400 },
      (_, i) => `/* note */\nfunction f${i}() {\n  // why\n  return ${i};\n}\n`,
    ).join(`${"x = 1;\n".repeat(100)}`);
    const documents = extractProgram(source, "code", 30_000);
    const text = documents.map((document) => bytesToUtf8(document.text)).join("");
    expect(documents.length).toBe(5);
    expect(text).not.toMatch(/note|why/);
  });
});
