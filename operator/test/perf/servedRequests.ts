/** Requests of one kind that an apiserver has served since it started. */
export type ServedRequests = {
  /** POST, PUT, PATCH, APPLY, DELETE, DELETECOLLECTION, or one that reads. */
  readonly verb: string;
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly count: number;
};

const WRITES = ["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"];

/** What an apiserver's metrics say of the requests that write, of every resource and subresource. */
export function parseServedWrites(metrics: string): readonly ServedRequests[] {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{"))
    .map((line) => {
      const labels = new Map(
        [...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
      );
      const labelOf = (name: string): string => labels.get(name) ?? "";
      const count = Number(line.slice(line.lastIndexOf(" ") + 1));
      return {
        verb: labelOf("verb"),
        resource: labelOf("resource"),
        subresource: labelOf("subresource"),
        count,
      };
    })
    .filter(({ verb }) => WRITES.includes(verb));
}

/** How many of them are such as `fits`. */
export function countServed(
  served: readonly ServedRequests[],
  fits: (requests: ServedRequests) => boolean,
): number {
  return served.filter(fits).reduce((sum, { count }) => sum + count, 0);
}
