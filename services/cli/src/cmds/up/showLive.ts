import { createLogUpdate } from "log-update";
import { toJson } from "../../output.ts";

const REFRESH_MS = 1_000;
const DEFAULT_COLUMNS = 120;

/** A network that runs, whichever kind. */
type LiveNetwork = {
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
  readonly render: (columns: number) => string;
  readonly onEvent: (listener: (event: { readonly event: string }) => void) => () => void;
  readonly summary: () => object;
  readonly farewell: () => string;
};

/** Shows a network until it ends: a live view on a terminal, else one line an event; then the summary. */
export async function showLive(network: LiveNetwork, json: boolean): Promise<void> {
  const live = process.stdout.isTTY && !json;
  const stopShowing = live ? showTable(network) : showLines(network, json);
  try {
    await network.done;
  } finally {
    await network.close();
    stopShowing();
  }
  if (json) process.stdout.write(`${toJson(network.summary())}\n`);
  else process.stdout.write(`${network.farewell()}\n`);
}

function showTable(network: LiveNetwork): () => void {
  const update = createLogUpdate(process.stdout);
  const draw = (): void => update(network.render(process.stdout.columns ?? DEFAULT_COLUMNS));
  draw();
  const timer = setInterval(draw, REFRESH_MS);
  return () => {
    clearInterval(timer);
    draw();
    update.done();
  };
}

function showLines(network: LiveNetwork, json: boolean): () => void {
  return network.onEvent((event) => {
    if (json) return void process.stdout.write(`${toJson(event)}\n`);
    const { event: kind, ...fields } = event;
    const text = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
    process.stdout.write(`${new Date().toISOString()} ${kind} ${text.join(" ")}\n`);
  });
}
