import { kubeError } from "./kubeError.ts";

const NEWLINE = 0x0a;

/**
 * Decodes a stream of JSON lines packet by packet, so that one slow consumer step handles many events.
 * @throws GanglionError KUBE_BAD_ANSWER for a line that is no JSON or is longer than the limit.
 */
export async function* readJsonLines(
  packets: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<readonly unknown[], void, undefined> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const packet of packets) {
    const values: unknown[] = [];
    let from = 0;
    for (let end = packet.indexOf(NEWLINE); end >= 0; end = packet.indexOf(NEWLINE, from)) {
      const tail = packet.subarray(from, end);
      const line = rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
      rest = [];
      restBytes = 0;
      from = end + 1;
      if (line.length > 0) values.push(parseLine(line));
    }
    if (from < packet.length) {
      rest.push(packet.subarray(from));
      restBytes += packet.length - from;
    }
    if (restBytes > limitBytes)
      throw kubeError("KUBE_BAD_ANSWER", `a line of the watch is longer than ${limitBytes} bytes`);
    if (values.length > 0) yield values;
  }
}

/** @throws GanglionError KUBE_BAD_ANSWER */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) satisfies unknown;
  } catch (cause) {
    throw kubeError("KUBE_BAD_ANSWER", "the answer is no JSON", { length: text.length }, cause);
  }
}

function parseLine(line: Uint8Array): unknown {
  return parseJson(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8"));
}
