/** RFC 3339 with six digits, as the API server wants a MicroTime (Lease, Event). */
export function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace("Z", "000Z");
}
