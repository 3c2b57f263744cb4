import {
  type ChainNode,
  isReservedKeyName,
  type Miner,
  parseResources,
  type Resource,
  type Validator,
} from "@ganglion/resources";
import { GanglionError, InvariantError } from "@ganglion/types";

export { CONSENSUS_SUFFIX, OWNER_KEY } from "@ganglion/resources";

/** The resources of one local network, checked against each other. */
export type NetworkPlan = {
  readonly chain: ChainNode;
  readonly validators: readonly Validator[];
  /** One entry an identity: a Miner of several replicas under PerReplica has several. */
  readonly identities: readonly MinerIdentity[];
  /** Fields that mean nothing on one machine, as `Kind/name: field`. */
  readonly unapplied: readonly string[];
};

export type MinerIdentity = {
  /** Unique among miners and validators. */
  readonly name: string;
  readonly ordinal: number;
  readonly miner: Miner;
};

/**
 * Reads and joins a network's resources.
 * @throws GanglionError LOCAL_BAD_NETWORK, the message lists each problem with its place
 */
export function planNetwork(text: string, file: string): NetworkPlan {
  const { resources, problems } = parseResources(text, file);
  if (problems.length > 0)
    throw badNetwork(
      problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.path}${p.path && ": "}${p.message}`),
    );
  const chains = resources.filter((r) => r.kind === "ChainNode");
  const miners = resources.filter((r) => r.kind === "Miner");
  const validators = resources.filter((r) => r.kind === "Validator");
  const [chain] = chains;
  if (chain === undefined || chains.length > 1)
    throw badNetwork([`${file}: a local network has one ChainNode, not ${chains.length}`]);
  const identities = miners.flatMap(identitiesOf);
  const faults = [
    ...chainFaults(chain, validators),
    ...networkFaults([...miners, ...validators], chain),
    ...minerFaults(miners),
    ...nameFaults(chain, validators, identities),
  ].map((fault) => `${file}: ${fault}`);
  if (faults.length > 0) throw badNetwork(faults);
  const bootstrap = new Set(chain.spec.genesis.validators);
  const unapplied = resources.flatMap((resource) => unappliedFields(resource, bootstrap));
  return { chain, validators, identities, unapplied };
}

/** Name of the hotkey that a miner's identity signs with: replicas with keys of their own cannot share one. */
export function minerKeyName({ miner, name }: MinerIdentity): string {
  const { mode, secretRef } = miner.spec.identity;
  return mode === "Shared" ? (secretRef?.name ?? name) : name;
}

/** Name of the hotkey that a validator signs with. */
export function validatorKeyName({ name, spec }: Validator): string {
  return spec.identity.secretRef?.name ?? name;
}

/** What a copy of a Miner takes: the model of its first identity, which has a path of its own or lies under the name. */
export function copiedModel(
  { identities }: NetworkPlan,
  minerName: string,
): { readonly name: string; readonly path: string | undefined } {
  const first = identities.find(({ miner }) => miner.name === minerName);
  if (first === undefined) throw new InvariantError(`copyOf ${minerName} passed the plan's checks`);
  return { name: first.name, path: first.miner.spec.models[0]?.path };
}

function chainFaults(chain: ChainNode, validators: readonly Validator[]): string[] {
  const names = new Set(validators.map((v) => v.name));
  const missing = chain.spec.genesis.validators.filter((name) => !names.has(name));
  return missing.map(
    (name) => `ChainNode/${chain.name}: genesis names Validator ${name}, which is not there`,
  );
}

function networkFaults(users: readonly (Miner | Validator)[], chain: ChainNode): string[] {
  return users
    .filter((user) => user.spec.network.chainNodeRef?.name !== chain.name)
    .map((user) => `${user.kind}/${user.name}: network.chainNodeRef.name must be ${chain.name} here`);
}

function minerFaults(miners: readonly Miner[]): string[] {
  const named = new Map(miners.map((miner) => [miner.name, miner]));
  return miners.flatMap((miner) =>
    miner.spec.models.flatMap(({ copyOf }) => {
      const fault = copyOf === undefined ? undefined : copyFault(named.get(copyOf));
      return fault === undefined ? [] : [`Miner/${miner.name}: copyOf names Miner ${copyOf}, ${fault}`];
    }),
  );
}

/** Whoever copies waits for a model: there must be one, now or once it is trained. */
function copyFault(copied: Miner | undefined): string | undefined {
  if (copied === undefined) return "which is not there";
  const servesExpert = copied.spec.replicas > 0 && copied.spec.models[0]?.plugin === "expert";
  return servesExpert ? undefined : "which serves no expert: only an expert's model can be taken";
}

/** Names are those of keys, configurations and logs, which all kinds keep side by side. */
function nameFaults(
  chain: ChainNode,
  validators: readonly Validator[],
  identities: readonly MinerIdentity[],
): string[] {
  const named = [
    { name: chain.name, user: `ChainNode/${chain.name}` },
    ...validators.flatMap((v) => namesOf(v.name, validatorKeyName(v), `Validator/${v.name}`)),
    ...identities.flatMap((i) => namesOf(i.name, minerKeyName(i), `Miner/${i.miner.name}`)),
  ];
  const first = new Map<string, string>();
  return named.flatMap(({ name, user }) => {
    const other = first.get(name);
    if (other !== undefined) return [`${user}: the name ${name} is taken by ${other} here: choose another`];
    first.set(name, user);
    return isReservedKeyName(name) ? [`${user}: the name ${name} is reserved here: choose another`] : [];
  });
}

/** Of one identity: its own, and that of a key which has another. */
function namesOf(
  name: string,
  key: string,
  user: string,
): { readonly name: string; readonly user: string }[] {
  return [...new Set([name, key])].map((one) => ({ name: one, user }));
}

/** On one machine a Shared Miner is one process; replicas of it would only share its cores. */
function identitiesOf(miner: Miner): MinerIdentity[] {
  const { replicas, identity } = miner.spec;
  if (replicas === 0) return [];
  if (identity.mode === "Shared") return [{ name: miner.name, ordinal: 0, miner }];
  return Array.from({ length: replicas }, (_, ordinal) => ({
    name: `${miner.name}-${ordinal}`,
    ordinal,
    miner,
  }));
}

function unappliedFields(resource: Resource, bootstrap: ReadonlySet<string>): string[] {
  const found: string[] = [];
  if (resource.kind !== "ChainNode" && resource.spec.identity.retention === "Delete")
    found.push("spec.identity.retention");
  if (resource.spec.endpoint.type !== "ClusterIP") found.push("spec.endpoint.type");
  if (resource.kind === "Miner" && resource.spec.identity.mode === "Shared" && resource.spec.replicas > 1)
    found.push("spec.replicas");
  if (
    resource.kind === "Miner" &&
    resource.spec.identity.mode === "PerReplica" &&
    resource.spec.identity.secretRef !== undefined
  )
    found.push("spec.identity.secretRef");
  // Whoever registers a validator that genesis does not name says who owns it.
  if (
    resource.kind === "Validator" &&
    resource.spec.identity.owner !== undefined &&
    !bootstrap.has(resource.name)
  )
    found.push("spec.identity.owner");
  if (resource.kind === "ChainNode" && resource.spec.role !== "consensus") found.push("spec.role");
  if (
    resource.kind === "Validator" &&
    resource.spec.sources.some((source) => source.class === "confidential")
  )
    found.push("spec.sources[].class: confidential");
  return found.map((field) => `${resource.kind}/${resource.name}: ${field}`);
}

function badNetwork(faults: readonly string[]): GanglionError {
  return new GanglionError("LOCAL_BAD_NETWORK", `the network cannot be started:\n${faults.join("\n")}`, {
    faults: faults.length,
  });
}
