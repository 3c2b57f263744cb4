import { defineResource, type KubeObject, type Manifest } from "../../src/controllerkit/index.ts";
import { isJsonArray, isJsonObject, type JsonObject, objectAt } from "../fakeApiServer/json.ts";
import { eventually } from "./eventually.ts";
import type { RawApi } from "./rawApi.ts";

/** A custom kind with status and scale, as a test needs it. */
export type Widget = KubeObject & {
  readonly spec?: { readonly replicas?: number; readonly note?: string };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
};

export const widgetType = defineResource<Widget>({
  group: "contract.ganglion.dev",
  version: "v1",
  plural: "widgets",
  kind: "Widget",
  namespaced: true,
});

export const CONFIG_MAPS = defineResource<KubeObject & { readonly data?: Readonly<Record<string, string>> }>({
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
});

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export function widgetsPath(namespace: string): string {
  return `/apis/contract.ganglion.dev/v1/namespaces/${namespace}/widgets`;
}

export function widgetManifest(
  namespace: string,
  name: string,
  spec: JsonObject = {},
): Manifest & JsonObject {
  return { apiVersion: "contract.ganglion.dev/v1", kind: "Widget", metadata: { namespace, name }, spec };
}

export function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>> = {},
): Manifest & JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data };
}

/** Defines the kind unless it is there, and waits until it is served. */
export async function defineWidgets(raw: RawApi): Promise<void> {
  await raw.post(DEFINITIONS, definition());
  await eventually("the widgets are served", async () => {
    const { body } = await raw.get(`${DEFINITIONS}/widgets.contract.ganglion.dev`);
    const conditions = objectAt(body, "status")["conditions"];
    const isEstablished =
      isJsonArray(conditions) &&
      conditions.some(
        (each) => isJsonObject(each) && each["type"] === "Established" && each["status"] === "True",
      );
    return isEstablished && (await raw.get(widgetsPath("default"))).code === 200;
  });
}

function definition(): JsonObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.contract.ganglion.dev" },
    spec: {
      group: "contract.ganglion.dev",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema() },
          subresources: {
            status: {},
            scale: {
              specReplicasPath: ".spec.replicas",
              statusReplicasPath: ".status.replicas",
              labelSelectorPath: ".status.selector",
            },
          },
        },
      ],
    },
  };
}

function schema(): JsonObject {
  const text = { type: "string" };
  const condition = {
    type: "object",
    required: ["type", "status"],
    properties: { type: text, status: text, reason: text, message: text },
  };
  return {
    type: "object",
    properties: {
      spec: { type: "object", properties: { replicas: { type: "integer" }, note: text } },
      status: {
        type: "object",
        properties: {
          replicas: { type: "integer" },
          selector: text,
          conditions: {
            type: "array",
            items: condition,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
          },
        },
      },
    },
  };
}
