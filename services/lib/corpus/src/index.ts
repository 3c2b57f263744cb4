export { bitsPerByte } from "./bitsPerByte.ts";
export { digestDocuments } from "./digestDocuments.ts";
export { type Document, PARAGRAPH_BREAK, SPLIT_NAMES, type SplitName } from "./document.ts";
export { decodeDocuments, encodeDocuments } from "./documentLines.ts";
export { extractMessages } from "./extract/extractMessages.ts";
export { extractCode, extractProse, type Pages } from "./extract/extractPages.ts";
export { extractProgram } from "./extract/extractProgram.ts";
export {
  bytesLeft,
  createWalk,
  type DomainWalkState,
  epochAllowance,
  type HeldBackRow,
  type HeldBackWalk,
  resumeWalk,
  spentDocuments,
  startWalk,
  takeRows,
  type WalkOptions,
  type WalkState,
} from "./heldBackWalk.ts";
export { partOfDocuments, splitDocuments } from "./splitDocuments.ts";
export { bytesToUtf8 } from "./utf8.ts";
export { createWindowSampler, cutWindows, type TextWindow, type WindowSampler } from "./windows.ts";
