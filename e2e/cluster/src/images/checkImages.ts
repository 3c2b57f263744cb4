import { errorMessage } from "@ganglion/types";
import { demand, type SmokeContext } from "../smoke/smokeContext.ts";
import { type ProgramImage, referenceOf } from "./programImages.ts";
import { NODE_PATH, USER_ID } from "./writeBase.ts";

/** One run of an image and what must come of it. */
type Trial = {
  readonly name: string;
  /** Instead of the image's own entrypoint. */
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly says: string;
};

const DONE_MS = 90_000;
const USAGE_EXIT = 64;
const LOOK_UP = `const {address} = await (await import("node:dns/promises")).lookup("kubernetes.default.svc.cluster.local");
console.log("found", address, "as", process.getuid())`;
const LOAD_RUNTIME = `const {InferenceSession} = await import("onnxruntime-node"); console.log("loaded", typeof InferenceSession.create)`;
const WRITE_ROOT = `(await import("node:fs")).writeFileSync("/app/note", "x")`;

/** Runs each image in pods: non-root, read-only root, no capability. Prints one line a trial, gives the failures. */
export async function checkImages(
  context: SmokeContext,
  images: readonly ProgramImage[],
  print: (line: string) => void,
): Promise<number> {
  await context.kubectl("create", "namespace", context.namespace);
  let failures = 0;
  try {
    for (const image of images)
      for (const trial of trialsOf(image)) {
        const note = await tryOut(context, image, trial);
        if (note !== "") failures++;
        print(
          `${note === "" ? "ok    " : "FAILED"} ${image.name} ${trial.name}${note === "" ? "" : `: ${note}`}`,
        );
      }
  } finally {
    await context.kubectl("delete", "namespace", context.namespace, "--wait=false");
  }
  return failures;
}

function trialsOf({ name, usesModels }: ProgramImage): readonly Trial[] {
  const starts: Trial =
    name === "ganglion"
      ? { name: "starts", args: ["--help"], exitCode: 0, says: "Usage: ganglion" }
      : { name: "starts", args: [], exitCode: USAGE_EXIT, says: `(the ${name} program)` };
  const script = (text: string): Pick<Trial, "command" | "args"> => ({
    command: [NODE_PATH, "--input-type=module", "--eval", text],
    args: [],
  });
  return [
    starts,
    { name: "resolves", ...script(LOOK_UP), exitCode: 0, says: `as ${USER_ID}` },
    { name: "cannot-write", ...script(WRITE_ROOT), exitCode: 1, says: "read-only file system" },
    ...(usesModels
      ? [{ name: "loads-onnx", ...script(LOAD_RUNTIME), exitCode: 0, says: "loaded function" }]
      : []),
  ];
}

/** Empty when all is as wanted. */
async function tryOut(context: SmokeContext, image: ProgramImage, trial: Trial): Promise<string> {
  const pod = `${image.name}-${trial.name}`;
  try {
    await context.apply(podOf(pod, image, trial));
    const code = await context.see(`pod/${pod}`, ".status.containerStatuses[0].state.terminated.exitCode", {
      fits: (value) => value !== "",
      withinMs: DONE_MS,
    });
    const log = await context.kubectl("logs", pod);
    demand(
      Number(code) === trial.exitCode && log.includes(trial.says),
      `exit code ${code}, ${log.slice(-500)}`,
    );
    return "";
  } catch (error) {
    return errorMessage(error);
  }
}

function podOf(name: string, image: ProgramImage, { command, args }: Trial): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "program",
          image: referenceOf(image, "cpu"),
          imagePullPolicy: "Never",
          ...(command && { command, workingDir: "/app" }),
          args,
          securityContext: {
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
          },
          resources: { limits: { memory: "512Mi" } },
        },
      ],
    },
  };
}
