import type { Registry } from "./registry.ts";
import { apiVersionOf } from "./resourceType.ts";
import { pathNotFound } from "./statusError.ts";

const HEALTH = ["/healthz", "/livez", "/readyz"];

/** The little discovery that clients ask for. @throws StatusError 404 */
export function discovery(registry: Registry, path: string): string {
  if (HEALTH.includes(path)) return "ok";
  if (path === "/version") return JSON.stringify({ major: "1", minor: "35", gitVersion: "v1.35.0-fake" });
  if (path === "/api") return JSON.stringify({ kind: "APIVersions", versions: ["v1"] });
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  const types = registry.all().filter((type) => apiVersionOf(type) === groupVersion);
  if (types.length === 0) throw pathNotFound();
  const resources = types.flatMap(({ plural, kind, namespaced, status, scale }) => [
    { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: VERBS },
    ...(status
      ? [{ name: `${plural}/status`, singularName: "", namespaced, kind, verbs: SUBRESOURCE_VERBS }]
      : []),
    ...(scale === undefined
      ? []
      : [
          {
            name: `${plural}/scale`,
            singularName: "",
            namespaced,
            group: "autoscaling",
            version: "v1",
            kind: "Scale",
            verbs: SUBRESOURCE_VERBS,
          },
        ]),
  ]);
  return JSON.stringify({ kind: "APIResourceList", apiVersion: "v1", groupVersion, resources });
}

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const SUBRESOURCE_VERBS = ["get", "patch", "update"];
