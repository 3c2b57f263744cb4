import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import type { NetworkPlan } from "../core/planNetwork.ts";

/**
 * What resources name must be there before anything starts.
 * @throws GanglionError LOCAL_NO_FILE, the message lists each resource with its missing file
 */
export function checkFiles({ identities, validators }: NetworkPlan): void {
  const miners = new Set(identities.map(({ miner }) => miner));
  const named = [
    ...[...miners].flatMap(({ name, spec }) =>
      spec.models.flatMap((model) => [
        ...(model.path === undefined || isPackage(model)
          ? []
          : [{ user: `Miner/${name}: its model`, file: model.path }]),
        ...(model.train?.file === undefined
          ? []
          : [{ user: `Miner/${name}: the text to train it on`, file: model.train.file }]),
      ]),
    ),
    ...validators.flatMap(({ name, spec }) =>
      spec.sources.flatMap(({ files }) =>
        (files ?? []).map((file) => ({ user: `Validator/${name}: a source`, file })),
      ),
    ),
  ];
  const missing = named.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return;
  const lines = missing.map(({ user, file }) => `${user} is not there: ${resolve(file)}`);
  throw new GanglionError(
    "LOCAL_NO_FILE",
    `mend these paths (\`ganglion train\` makes a model):\n${lines.join("\n")}`,
    {
      missing: missing.length,
    },
  );
}

/** A module's path may be a package's name. */
function isPackage({
  plugin,
  path,
}: {
  readonly plugin: string;
  readonly path?: string | undefined;
}): boolean {
  return plugin === "module" && path !== undefined && !/^[./]/.test(path);
}
