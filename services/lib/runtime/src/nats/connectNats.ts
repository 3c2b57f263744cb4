import { readFile } from "node:fs/promises";
import { GanglionError } from "@ganglion/types";
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type TlsOptions,
  usernamePasswordAuthenticator,
} from "nats";
import { toBusError } from "./busError.ts";
import type { NatsOptions } from "./natsSchema.ts";

const CONNECT_MS = 5_000;
/** A connection that is silent for three of them is given up. */
const PING_MS = 5_000;
const MAX_PINGS_OUT = 2;

/**
 * One connection, which is over once it breaks: the client's own reconnecting would send later what its caller gave up.
 * @throws GanglionError BUS_UNREACHABLE, BUS_REFUSED, BUS_FILE_UNREADABLE
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const authenticator = await readAuthenticator(options);
  const tls = await readTls(options);
  try {
    return await connect({
      servers: [...options.servers],
      name: "ganglion",
      reconnect: false,
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: MAX_PINGS_OUT,
      ...(authenticator && { authenticator }),
      ...(tls && { tls }),
    });
  } catch (error) {
    throw toBusError(error);
  }
}

async function readAuthenticator({ credentialsFile, user }: NatsOptions): Promise<Authenticator | undefined> {
  if (credentialsFile !== undefined) return credsAuthenticator(await readBytes(credentialsFile));
  if (user === undefined) return undefined;
  const password = new TextDecoder().decode(await readBytes(user.passwordFile)).trimEnd();
  return usernamePasswordAuthenticator(user.name, password);
}

async function readTls({ tls }: NatsOptions): Promise<TlsOptions | undefined> {
  if (tls === undefined) return undefined;
  const text = async (path: string) => new TextDecoder().decode(await readBytes(path));
  const { caFile, client } = tls;
  return {
    ...(caFile !== undefined && { ca: await text(caFile) }),
    ...(client && { cert: await text(client.certFile), key: await text(client.keyFile) }),
  };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GanglionError(
      "BUS_FILE_UNREADABLE",
      `cannot read ${path}, which NATS needs`,
      { path },
      { cause },
    );
  }
}
