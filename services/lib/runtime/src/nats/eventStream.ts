import { ALL_EVENT_SUBJECTS, decodeEnvelope, type Envelope } from "@ganglion/events";
import {
  DiscardPolicy,
  type JetStreamManager,
  type NatsConnection,
  RetentionPolicy,
  StorageType,
  type StreamState,
} from "nats";
import { otherNetwork } from "../bus/busErrors.ts";
import { apiCode, MESSAGE_NOT_FOUND, STREAM_NOT_FOUND } from "./busError.ts";
import type { NatsOptions } from "./natsSchema.ts";

export type EventStreamOptions = Pick<NatsOptions, "stream" | "maxBytes" | "replicas"> & {
  /** Hash of the network's genesis in hex. */
  readonly genesis: string;
};

export type StoredEnvelope = { readonly sequence: number; readonly envelope: Envelope };

const REQUEST_MS = 5_000;
const NANOS_IN_MS = 1_000_000;
/** Within it the server drops a message id that it had; order itself is held by sequence numbers. */
const DUPLICATE_WINDOW_MS = 120_000;

/** The stream of events at a server, read and made through JetStream's management API. */
export class EventStream {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly options: EventStreamOptions;

  private constructor(connection: NatsConnection, manager: JetStreamManager, options: EventStreamOptions) {
    this.connection = connection;
    this.manager = manager;
    this.options = options;
  }

  /** Makes the stream where there is none; one that exists keeps its own limits. */
  static async open(connection: NatsConnection, options: EventStreamOptions): Promise<EventStream> {
    const manager = await connection.jetstreamManager({ timeout: REQUEST_MS, checkAPI: false });
    const stream = new EventStream(connection, manager, options);
    try {
      await stream.state();
    } catch (error) {
      if (apiCode(error) !== STREAM_NOT_FOUND) throw error;
      await stream.create();
    }
    return stream;
  }

  async state(): Promise<StreamState> {
    return (await this.manager.streams.info(this.options.stream)).state;
  }

  /** The last message; undefined: the stream is empty. */
  last(): Promise<StoredEnvelope | undefined> {
    return this.get({ last_by_subj: ALL_EVENT_SUBJECTS });
  }

  /** The first message at a sequence or after it; undefined: none is there yet. */
  from(sequence: number): Promise<StoredEnvelope | undefined> {
    return this.get(nextFrom(sequence));
  }

  /** @throws GanglionError BUS_BAD_MESSAGE, BUS_OTHER_NETWORK */
  decode(data: Uint8Array): Envelope {
    const envelope = decodeEnvelope(new TextDecoder().decode(data));
    if (envelope.genesis !== this.options.genesis) throw otherNetwork(envelope.genesis, this.options.genesis);
    return envelope;
  }

  /** Asks the stream's leader: another replica may not have the newest messages yet. */
  private async get(
    query: Parameters<JetStreamManager["streams"]["getMessage"]>[1],
  ): Promise<StoredEnvelope | undefined> {
    try {
      const { seq, data } = await this.manager.streams.getMessage(this.options.stream, query);
      return { sequence: seq, envelope: this.decode(data) };
    } catch (error) {
      if (apiCode(error) === MESSAGE_NOT_FOUND) return undefined;
      throw error;
    }
  }

  private async create(): Promise<void> {
    const { stream, maxBytes, replicas } = this.options;
    await this.manager.streams.add({
      name: stream,
      description: "Ganglion: events of the ledger",
      subjects: [ALL_EVENT_SUBJECTS],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_bytes: maxBytes,
      num_replicas: replicas,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOS_IN_MS,
    });
  }
}

/** The API takes both fields together; the client's types know them apart only. */
function nextFrom(sequence: number): { readonly seq: number } {
  const query = { seq: Math.max(1, sequence), next_by_subj: ALL_EVENT_SUBJECTS };
  return query;
}
