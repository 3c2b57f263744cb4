import type { Validator } from "./resource.ts";

/** What a runner adds to a Validator resource. */
export type ValidatorContext = {
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly genesisHash: string | undefined;
  readonly keyFile: string;
  readonly passwordFile: string | undefined;
  readonly checkpointDir: string;
  /** Files of a named corpus' text of a class: held-back text is the walk's split, the rest the mixture's. */
  readonly corpusFiles: (
    corpus: { readonly name: string; readonly domain: string },
    split: "mixture" | "heldBack",
  ) => readonly string[];
};

/** Options of the validator program. Confidential sources stay with their owner: no program reads them yet. */
export function validatorOptions(validator: Validator, context: ValidatorContext): object {
  const { spec } = validator;
  const { epochsPerWalk, ...mixture } = spec.mixture;
  const { minStepMs, busySharePercent } = spec.pace;
  return {
    name: context.name,
    network: {
      endpoints: [...context.endpoints],
      ...(context.genesisHash !== undefined && { genesisHash: context.genesisHash }),
    },
    identity: {
      keyFile: context.keyFile,
      ...(context.passwordFile !== undefined && { passwordFile: context.passwordFile }),
    },
    sources: spec.sources
      .filter((source) => source.class !== "confidential")
      .map((source) => ({
        domain: source.domain,
        class: source.class,
        files: [...filesOf(source, context)],
        ...(source.part && { part: source.part }),
      })),
    mixture: { ...mixture, ...(epochsPerWalk !== undefined && { walkPacePerEpoch: 1 / epochsPerWalk }) },
    pace: {
      ...(minStepMs !== undefined && { minStepMs }),
      ...(busySharePercent !== undefined && { busyShare: busySharePercent / 100 }),
    },
    checkpointDir: context.checkpointDir,
    listen: { port: spec.endpoint.port },
    ...(spec.endpoint.publish && { publish: spec.endpoint.publish }),
  };
}

function filesOf(source: Validator["spec"]["sources"][number], context: ValidatorContext): readonly string[] {
  if (source.corpus === undefined) return source.files ?? [];
  return context.corpusFiles(source.corpus, source.class === "heldBack" ? "heldBack" : "mixture");
}
