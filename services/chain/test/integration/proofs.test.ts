import { rmSync } from "node:fs";
import { type ProofOf, type Trust, verifyLightProof } from "@ganglion/client";
import { genesisHash } from "@ganglion/ledger";
import { addressOfKey, bytesToHex, decodeLightProof, encodeLightProof, errorCode } from "@ganglion/types";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { CONSENSUS_KEY, genesisWith, keyOf, VALIDATOR } from "../gen/network.ts";
import { MINER, PATIENT, payMiner, until } from "../gen/paidMiner.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const GENESIS = genesisWith(PATIENT);
const TRUST: Trust = { validators: GENESIS.validators };
/** An epoch, in which a commit must be in a block, takes three seconds. */
const EARNING_MS = 300;
const TEST_MS = 180_000;
const SUBJECTS: readonly ProofOf[] = [
  { kind: "neuron", uid: 0 },
  { kind: "neuron", hotkey: VALIDATOR.publicKey },
  { kind: "weights", uid: 0 },
];

async function withChain(more: object, use: (running: Running) => Promise<void>): Promise<void> {
  const folder = newFolder();
  const running = await runChain(optionsFor(folder, { genesis: GENESIS, blockIntervalMs: 50, ...more }));
  for await (const { height } of running.client.blocks(1, AbortSignal.timeout(30_000)))
    if (height >= 3) break;
  await use(running);
  await running.stop();
  rmSync(folder, { recursive: true });
}

async function proofOf({ client }: Running, of: ProofOf): Promise<Uint8Array> {
  const answer = await client.proof(of);
  if (answer === undefined) throw new Error("no proof");
  return answer.proof;
}

function codeOf(bytes: Uint8Array, trust = TRUST): string {
  try {
    verifyLightProof(bytes, trust);
    return "OK";
  } catch (error) {
    return errorCode(error);
  }
}

/** Every byte in turn is another, and every proof that is cut. */
function assertNoByteGives(proof: Uint8Array): void {
  const codes = new Map<string, number>();
  for (let at = 0; at < proof.length; at++) {
    for (const flip of [1, 0x80]) {
      const altered = Uint8Array.from(proof);
      altered[at] = (altered[at] ?? 0) ^ flip;
      const code = codeOf(altered);
      if (!code.startsWith("PROOF_")) throw new Error(`byte ${at} ^ ${flip} of ${proof.length}: ${code}`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    if (at % 7 === 0 && codeOf(proof.subarray(0, at)) === "OK") throw new Error(`cut at ${at}`);
  }
  expect([...codes.keys()].sort()).toEqual(
    expect.arrayContaining(["PROOF_BAD_ROOT", "PROOF_BAD_SIGNATURE", "PROOF_MALFORMED"]),
  );
}

function checkTrust(proof: Uint8Array): void {
  const stranger = [{ consensusKey: keyOf("stranger").publicKey, power: 1n }];
  const { validatorsHash } = verifyLightProof(proof, TRUST).header;
  expect(codeOf(proof, { validatorsHash })).toBe("OK");
  expect(codeOf(proof, { validators: stranger })).toBe("PROOF_UNTRUSTED");
  expect(codeOf(proof, { validatorsHash: new Uint8Array(32) })).toBe("PROOF_UNTRUSTED");
  expect(codeOf(proof, {})).toBe("PROOF_UNTRUSTED");
}

async function checkSubjects(running: Running): Promise<void> {
  for (const subject of SUBJECTS) {
    const { rows, genesisHash: ledger, header } = verifyLightProof(await proofOf(running, subject), TRUST);
    expect(bytesToHex(ledger)).toBe(bytesToHex(genesisHash(GENESIS)));
    expect(rows.map(({ field }) => field)).toEqual(["genesisHash", "clock", expect.any(String)]);
    expect(rows[1]?.value).toMatchObject({ height: header.height - 1 });
    if (subject.kind === "neuron")
      expect(rows[2]).toMatchObject({ index: 0, value: { hotkey: VALIDATOR.publicKey } });
  }
  expect(await running.client.proof({ kind: "neuron", uid: 5 })).toBeUndefined();
  const nobody = addressOfKey(keyOf("nobody").publicKey);
  expect(await running.client.proof({ kind: "account", address: nobody })).toBeUndefined();
}

describe("a proof of a ledger that one process makes", () => {
  it("shows rows to whom trusts the genesis keys, and is refused with any byte changed", async () => {
    await withChain({}, async (running) => {
      await checkSubjects(running);
      const proof = await proofOf(running, { kind: "neuron", uid: 0 });
      checkTrust(proof);
      assertNoByteGives(proof);
    });
  });

  it("shows a neuron's incentive", () => withChain({ blockIntervalMs: EARNING_MS }, checkIncentive), TEST_MS);
});

/** What the neuron earned, to whom has the genesis keys and no node. */
async function checkIncentive(running: Running): Promise<void> {
  const { client } = running;
  await payMiner(client);
  const paidAt = (await client.status()).height;
  // A proof shows the state before the last block.
  await until(async () => (await client.status()).height > paidAt);
  const proof = await proofOf(running, { kind: "neuron", hotkey: MINER.publicKey });
  const { rows } = verifyLightProof(proof, TRUST);
  // Alone in the one domain with weights, it has all of it.
  expect(rows[2]).toMatchObject({ field: "neurons", value: { hotkey: MINER.publicKey, incentive: 65_535 } });
}

describe("a proof of a ledger on CometBFT", () => {
  beforeAll(ensureBinary, BUILD_MS);

  it("shows rows by the commit's signatures, and is refused with any byte changed", async () => {
    await withChain({ cometbft: LONE_NODE }, async (running) => {
      await checkSubjects(running);
      const proof = await proofOf(running, { kind: "neuron", uid: 0 });
      checkTrust(proof);
      assertNoByteGives(proof);
      assertSignaturesCount(proof);
    });
  });

  it(
    "shows a neuron's incentive",
    () => withChain({ cometbft: LONE_NODE, blockIntervalMs: EARNING_MS }, checkIncentive),
    TEST_MS,
  );
});

/** Without signatures, or with another set, the same header is worth nothing. */
function assertSignaturesCount(bytes: Uint8Array): void {
  const proof = decodeLightProof(bytes);
  if (proof.header.engine !== "cometbft") throw new Error("wrong engine");
  const { value } = proof.header;
  const altered = (change: Partial<typeof value>): Uint8Array =>
    encodeLightProof({ ...proof, header: { engine: "cometbft", value: { ...value, ...change } } });
  const unsigned = [{ signed: 0, seconds: 0, nanos: 0, signature: new Uint8Array(0) }];
  expect(codeOf(altered({ signatures: unsigned }))).toBe("PROOF_TOO_FEW_SIGNED");
  expect(codeOf(altered({ signatures: [] }))).toBe("PROOF_BAD_HEADER");
  const more = [...value.validators, { consensusKey: CONSENSUS_KEY.publicKey, power: 1n }];
  expect(codeOf(altered({ validators: more }))).toBe("PROOF_BAD_HEADER");
  const noisy = [...value.signatures, ...unsigned];
  expect(codeOf(altered({ signatures: noisy }))).toBe("PROOF_BAD_HEADER");
}
