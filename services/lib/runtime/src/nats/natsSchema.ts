import { z } from "zod";

const file = z.string().min(1);

/** How a program reaches its owner's NATS servers; secrets are files, read at each connection. */
export const natsSchema = z.strictObject({
  /** "nats://host:4222" of one or more servers of a cluster. */
  servers: z.array(z.string().regex(/^(nats|tls):\/\/[^\s/@]+$/u)).min(1),
  /** JetStream stream of the ledger's events; made if absent. */
  stream: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/u)
    .default("chain-v1"),
  /** Disk that a stream made here may take; the oldest events leave it. Default 1 GiB. */
  maxBytes: z
    .int()
    .min(1024 ** 2)
    .default(1024 ** 3),
  /** Servers that hold a copy of a stream made here. */
  replicas: z.int().min(1).max(5).default(1),
  /** File with the JWT and seed of a user, as `nsc generate creds` writes it. */
  credentialsFile: file.optional(),
  /** Name and file with the password of a user. */
  user: z.strictObject({ name: z.string().min(1), passwordFile: file }).optional(),
  /** Servers must speak TLS; absent: only where a server asks for it, with the system's authorities. */
  tls: z
    .strictObject({
      /** Authorities that servers' certificates come from; absent: the system's. */
      caFile: file.optional(),
      /** Certificate and key of this client. */
      client: z.strictObject({ certFile: file, keyFile: file }).optional(),
    })
    .optional(),
});

/** @see natsSchema */
export type NatsOptions = z.infer<typeof natsSchema>;
