import { connect } from "node:net";

const LIMIT_MS = 10_000;
const INBOX = "inbox.1";

/** One request of JetStream's management API, as an administrator's tool sends it; gives the answer. */
export function natsRequest(port: number, subject: string, body: object = {}): Promise<unknown> {
  const text = JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${subject} was not answered`)));
  socket.on("error", reject);
  socket.write(`CONNECT {"verbose":false}\r\nSUB ${INBOX} 1\r\n`);
  socket.write(`PUB $JS.API.${subject} ${INBOX} ${Buffer.byteLength(text)}\r\n${text}\r\n`);
  let received = "";
  socket.setEncoding("utf8").on("data", (data: string) => {
    received += data;
    const match = /MSG inbox\.1 1 (\d+)\r\n/.exec(received);
    if (match === null) return;
    const answer = received.slice(match.index + match[0].length);
    if (answer.length < Number(match[1])) return;
    socket.destroy();
    resolve(JSON.parse(answer.slice(0, Number(match[1]))));
  });
  return promise;
}
