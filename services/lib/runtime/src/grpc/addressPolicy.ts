import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { GanglionError } from "@ganglion/types";

/** Which addresses a caller may connect to: the metagraph is written by strangers. */
export type AddressPolicy = {
  /** Also private, loopback and link-local ranges: for networks on one machine or in one cluster. */
  readonly allowPrivate: boolean;
  /** Further ranges to refuse, for example a cluster's pods and services, as "10.0.0.0/8" or "fd00::/8". */
  readonly refusedRanges?: readonly string[];
};

/** A resolved address: what is connected to is what was checked. */
export type Endpoint = { readonly address: string; readonly port: number };

/** All addresses of a host; rejects if it has none. */
type LookUp = (host: string) => Promise<readonly string[]>;

/** A stranger's name server must not hold a caller. */
const RESOLVE_TIMEOUT_MS = 5_000;

const PRIVATE_RANGES = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
  "::/128",
  "::1/128",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
];
const privateRanges = blockList(PRIVATE_RANGES);

/**
 * Resolves a host once, within 5 s, and returns an address that the policy allows.
 * @throws GanglionError GRPC_CANNOT_RESOLVE, GRPC_ADDRESS_REFUSED, GRPC_BAD_ENDPOINT
 */
export async function resolveEndpoint(
  host: string,
  port: number,
  policy: AddressPolicy,
  lookUp: LookUp = lookUpAll,
): Promise<Endpoint> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new GanglionError("GRPC_BAD_ENDPOINT", `a port is 1 to 65535, not ${port}`, { host, port });
  const addresses = isIP(host) ? [host] : await resolveHost(host, lookUp);
  const refused = blockList(policy.refusedRanges ?? []);
  const address = addresses.find(
    (candidate) =>
      !contains(refused, candidate) && (policy.allowPrivate || !contains(privateRanges, candidate)),
  );
  if (address === undefined)
    throw new GanglionError(
      "GRPC_ADDRESS_REFUSED",
      `${host} resolves only to private or refused addresses, which this network's policy does not allow`,
      { host, addresses: addresses.join(" ") },
    );
  return { address, port };
}

async function resolveHost(host: string, lookUp: LookUp): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${RESOLVE_TIMEOUT_MS} ms`)),
      RESOLVE_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([lookUp(host), late]);
  } catch (cause) {
    throw new GanglionError("GRPC_CANNOT_RESOLVE", `cannot resolve the host ${host}`, { host }, { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function lookUpAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map((found) => found.address);
}

function contains(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(address)?.[1];
  if (mapped !== undefined) return list.check(mapped, "ipv4");
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", prefix] = range.split("/");
    const family = isIP(net);
    if (family === 0 || prefix === undefined || !/^\d{1,3}$/u.test(prefix))
      throw new GanglionError("GRPC_BAD_RANGE", `not an address range: ${range}`, { range });
    list.addSubnet(net, Number(prefix), family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
