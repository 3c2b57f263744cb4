/** One program as an image. */
export type ProgramImage = {
  /** ganglion.dev/NAME. */
  readonly name: string;
  /** The workspace package whose closure it holds. */
  readonly package: string;
  /** Run by Node, below /app. */
  readonly main: string;
  /** Whether a variant with the CUDA execution provider makes sense. */
  readonly usesModels: boolean;
};

/** Every program there is. `ganglion` is the command, which can also run a whole network. */
export const PROGRAM_IMAGES: readonly ProgramImage[] = [
  program("chain", { usesModels: false }),
  program("miner", { usesModels: true }),
  program("validator", { usesModels: true }),
  program("trainer", { usesModels: true }),
  {
    name: "ganglion",
    package: "@ganglion/cli",
    main: "services/cli/bin/ganglion.mjs",
    usesModels: false,
  },
];

/** With or without the CUDA execution provider. */
export type ImageVariant = "cpu" | "gpu";

/** The name under which a node knows an image. */
export function referenceOf({ name }: ProgramImage, variant: ImageVariant): string {
  return `ganglion.dev/${name}:${variant === "gpu" ? "gpu" : "dev"}`;
}

function program(name: string, { usesModels }: { readonly usesModels: boolean }): ProgramImage {
  return { name, package: `@ganglion/${name}`, main: `services/${name}/src/main.ts`, usesModels };
}
