import { InvariantError, parseGln } from "@ganglion/types";
import type { Miner } from "./resource.ts";

/** What a runner (the local market, the operator) adds to a Miner resource. */
export type MinerContext = {
  /** The identity's name: the resource's, or with its ordinal. */
  readonly name: string;
  readonly ordinal: number;
  readonly endpoints: readonly string[];
  readonly genesisHash: string | undefined;
  readonly keyFile: string;
  readonly passwordFile: string | undefined;
  /** Coldkey address that owns what is earned. */
  readonly owner: string;
  readonly payerKeyFile: string | undefined;
  readonly stateDir: string;
  /** Where the expert of this Miner is, or will be once trained. */
  readonly modelDir: string;
  /** Model folder of another Miner, for one that copies it. */
  readonly modelDirOf: (minerName: string) => string;
};

/** What must be trained before the identity can serve well. */
export type Training = {
  readonly corpus: { readonly name: string; readonly domain: string } | undefined;
  readonly file: string | undefined;
  /** Undefined: as the trainer finds right for the text. */
  readonly steps: number | undefined;
};

/** The training that ordinal's model asks for, if any. */
export function trainingOf(miner: Miner, ordinal: number): Training | undefined {
  const { train } = modelOf(miner, ordinal);
  return train && { corpus: train.corpus, file: train.file, steps: train.steps };
}

/** Options of the miner program for one identity of a Miner. */
export function minerOptions(miner: Miner, context: MinerContext): object {
  const { registration, endpoint } = miner.spec;
  return {
    name: context.name,
    network: {
      endpoints: [...context.endpoints],
      ...(context.genesisHash !== undefined && { genesisHash: context.genesisHash }),
    },
    identity: {
      keyFile: context.keyFile,
      ...(context.passwordFile !== undefined && { passwordFile: context.passwordFile }),
      owner: context.owner,
    },
    registration: {
      mode: registration.mode,
      maxPerDay: registration.maxPerDay,
      afterEpochs: registration.afterEpochs,
      ...(registration.maxPrice !== undefined && {
        maxPriceSpikes: parseGln(registration.maxPrice).toString(),
      }),
      ...(context.payerKeyFile !== undefined && { payer: { keyFile: context.payerKeyFile } }),
    },
    model: pluginOf(miner, context),
    listen: { port: endpoint.port },
    ...(endpoint.publish && { publish: endpoint.publish }),
    stateDir: context.stateDir,
  };
}

function pluginOf(miner: Miner, context: MinerContext): object {
  const model = modelOf(miner, context.ordinal);
  const own = model.options ?? {};
  if (model.plugin === "expert")
    return { plugin: "expert", options: { ...own, modelDir: model.path ?? context.modelDir } };
  if (model.plugin === "copy" && model.copyOf !== undefined)
    return {
      plugin: "copy",
      options: { ...own, modelDir: context.modelDirOf(model.copyOf), disguise: model.disguise },
    };
  if (model.plugin === "lazy" && model.copyOf !== undefined)
    return { plugin: "lazy", options: { ...own, modelDir: context.modelDirOf(model.copyOf) } };
  return { plugin: model.plugin === "module" ? (model.path ?? "") : model.plugin, options: own };
}

function modelOf(miner: Miner, ordinal: number): Miner["spec"]["models"][number] {
  const { models } = miner.spec;
  const model = models[ordinal % models.length] ?? models[0];
  if (model === undefined) throw new InvariantError("a Miner without models passed its schema");
  return model;
}
