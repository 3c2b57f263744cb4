import {
  createTransport,
  type KubeObject,
  ResourceClient,
  type ResourceType,
  type Transport,
} from "../../src/controllerkit/index.ts";
import type { ApiUnderTest } from "./apiUnderTest.ts";
import { RawApi } from "./rawApi.ts";
import { defineWidgets } from "./widget.ts";

/** A server, clients of it and a namespace, for one group of tests. */
export type Fixture = {
  readonly api: ApiUnderTest;
  readonly raw: RawApi;
  readonly transport: Transport;
  readonly namespace: string;
  readonly client: <T extends KubeObject>(type: ResourceType<T>) => ResourceClient<T>;
  readonly close: () => Promise<void>;
};

export const FIELD_MANAGER = "contract";

/** Starts what a group needs; the widgets are defined. */
export async function openFixture(connect: () => Promise<ApiUnderTest>, prefix: string): Promise<Fixture> {
  const api = await connect();
  const raw = new RawApi(api.direct);
  const transport = createTransport(api.access, { userAgent: FIELD_MANAGER });
  await defineWidgets(raw);
  const namespace = await raw.createNamespace(prefix);
  return {
    api,
    raw,
    transport,
    namespace,
    client: (type) => new ResourceClient(type, { transport, fieldManager: FIELD_MANAGER }),
    close: async () => {
      api.faults.clear();
      await raw.deleteNamespace(namespace);
      await transport.close();
      await raw.close();
      await api.close();
    },
  };
}
