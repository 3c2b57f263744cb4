// Runs in a cluster's network and takes connections from a socket of the machine's, which its parent hands it: so
// 127.0.0.1:PORT of the machine is the cluster's apiserver. `node forwarder.ts HOST PORT`, over Node's IPC channel.
import { connect, Server, type Socket } from "node:net";

const [host = "", port = ""] = process.argv.slice(2);
process.on("message", (_, handle) => {
  if (!(handle instanceof Server)) return;
  handle.on("connection", forward);
  process.send?.("listening");
});

function forward(client: Socket): void {
  const server = connect({ host, port: Number(port), noDelay: true });
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  client.setNoDelay(true);
  client.on("error", end).on("close", end).pipe(server);
  server.on("error", end).on("close", end).pipe(client);
}
