/** Milliseconds of "500ms" or "12s" (the schema admits nothing else). */
export function durationMs(text: string): number {
  return text.endsWith("ms") ? Number(text.slice(0, -2)) : Number(text.slice(0, -1)) * 1000;
}
