/** Why a transaction is refused. A refused transaction changes nothing: no fee, no nonce. docs/ledger.md repeats this table. */
export const REJECTIONS = {
  TX_TOO_LARGE: "The transaction has more bytes than `maxTxBytes`.",
  TX_MALFORMED: "The bytes are not the canonical encoding of a transaction.",
  TX_EXPIRED: "`validUntil` is past; sign again with a later height.",
  TX_WRONG_SIGNERS:
    "The signatures are not exactly those of the sender and of the hotkey that the transaction names new.",
  TX_BAD_SIGNATURE: "A signature does not verify; check genesis hash and key.",
  TX_UNKNOWN_ACCOUNT: "The sender has no account yet; it must first receive money or be registered.",
  TX_NONCE_TOO_LOW: "A transaction with this nonce was included already.",
  TX_NONCE_TOO_HIGH: "An earlier nonce of this sender is missing.",
  TX_INSUFFICIENT_BALANCE: "The sender's balance does not cover amount and fee.",
  TRANSFER_ZERO: "A transfer moves at least one spike.",
  TRANSFER_BELOW_MINIMUM: "The recipient would hold less than `minBalanceSpikes`.",
  REGISTER_ALREADY: "The hotkey has a slot.",
  REGISTER_OWNER_IS_HOTKEY: "The owner's address is that of a hotkey; name a coldkey.",
  REGISTER_HOTKEY_IS_OWNER:
    "This key's address owns a hotkey, whose stake it could not move any more; take another key.",
  REGISTER_HOTKEY_HAS_STAKE:
    "This key's address has stake, which it could not move any more as a hotkey; unstake it, or take another key.",
  REGISTER_OWNER_FIXED: "The hotkey has stake of another owner; nobody can change it.",
  REGISTER_BLOCK_TAKEN: "This block has a registration already; try the next one.",
  REGISTER_INTERVAL_FULL: "This interval has had three times its target; wait for the next.",
  REGISTER_ALL_IMMUNE: "All slots are taken and immune; the message names the next free block.",
  REGISTER_WORK_SENDER: "Registration by work is sent by the hotkey's own address.",
  REGISTER_WORK_STALE: "The work names a block that is not among the last `workValidBlocks`; solve again.",
  REGISTER_WORK_LOW: "The work does not meet the difficulty; solve again at the present one.",
  REGISTER_WORK_USED: "This work has registered a slot already.",
  REGISTER_PRICE_ABOVE_LIMIT: "The burn price is above the sender's limit.",
  NEURON_UNKNOWN: "The sender's key is not a registered hotkey.",
  SERVE_BAD_ENDPOINT: "A miner needs host and port; a validator has both or neither.",
  SERVE_TOO_SOON: "The neuron changed its endpoint in this block already.",
  SERVE_BOOTSTRAP_ROLE: "A bootstrap validator stays a validator until the bootstrap ends.",
  UNSERVE_NOT_SERVING: "The neuron does not serve.",
  WEIGHTS_NOT_VALIDATOR: "Only a neuron that declared itself a validator in `serve` sets weights.",
  WEIGHTS_LOW_STAKE: "The hotkey's stake is below `minStakeSpikes`.",
  WEIGHTS_WRONG_EPOCH: "A commit names the present epoch; a reveal one that is `revealDelayEpochs` old.",
  WEIGHTS_AFTER_CUTOFF:
    "The epoch's last `commitCutoffBlocks` blocks take no commit; wait for the next epoch.",
  WEIGHTS_ALREADY_COMMITTED: "This epoch has a commit of the hotkey, which cannot be replaced.",
  WEIGHTS_NO_COMMIT: "There is no commit of that epoch left to reveal.",
  WEIGHTS_NO_PERMIT: "The hotkey holds no validator permit, so its rows do not count.",
  WEIGHTS_BAD_ROW:
    "Rows ascend by domain and entries by uid, without duplicates, within bounds and above zero.",
  WEIGHTS_WRONG_COMMITMENT: "Rows and salt are not what was committed.",
  WEIGHTS_OLD_VERSION:
    "The rows come from scoring rules older than the parameter `weightsVersion`; update the validator.",
  STAKE_UNKNOWN_HOTKEY: "The hotkey was never registered.",
  STAKE_NOT_OWNER: "Only the hotkey's owner may do that.",
  STAKE_BY_HOTKEY: "No hotkey's signature moves stake; the owner's coldkey does.",
  STAKE_TOO_SMALL: "At least `minStakeSpikes` is staked, moved or unstaked at once.",
  STAKE_NOTHING: "The sender has no stake on this hotkey.",
  STAKE_INSUFFICIENT: "The sender has less stake than that on this hotkey.",
  STAKE_LEAVES_DUST: "Less than `minStakeSpikes` would remain; unstake all of it.",
  STAKE_SAME_HOTKEY: "Stake moves between two hotkeys; name another one.",
  STAKE_MOVED_LATELY:
    "The sender moved stake to this hotkey while evidence may still reach where it was; unstake it, or wait.",
  TAKE_TOO_HIGH: "The take is above `takeMaxPpm`.",
  TAKE_RAISED_LATELY: "A take is raised once in `takeRaiseBlocks`; it can be lowered at any time.",
  SWAP_HOTKEY_TAKEN: "The new hotkey was registered before; take a fresh key.",
  KEY_USED: "The key was bound before; a consensus key is bound once, take a fresh one.",
  KEY_BAD_PROOF: "The proof is not the consensus key's signature over tag, genesis hash and hotkey.",
  KEY_TOO_MANY: "Evidence can still name three former keys of the pool; wait, or keep the present one.",
  KEY_TOMBSTONED: "A fault of the pool's consensus key is proven; it never binds one again.",
  KEY_NONE: "The pool has no consensus key.",
  GOV_CLOSED: "Governance begins when the bootstrap has ended.",
  GOV_PROPOSED_ALREADY: "The sender made a proposal in this round; wait for the next.",
  GOV_ROUND_FULL: "This round has 128 proposals; wait for the next.",
  GOV_LOW_STAKE: "A proposer had `proposalStakePpm` of all stake when the round began.",
  GOV_BAD_PARAM:
    "A proposal changes at least one parameter, known ones, each once, in the order of the state.",
  GOV_PARAM_FIXED: "Genesis fixes this parameter; no vote changes it.",
  GOV_PARAM_BOUNDS: "The value is outside of the parameter's bounds.",
  GOV_PARAM_RELATION: "The parameters would not fit one another or what is in use.",
  GOV_BAD_DOMAINS:
    "Domains keep ids and names, as long as they have a share; new ones follow; shares sum to 1,000,000.",
  GOV_NO_SLOT: "The hotkey to expel has no slot.",
  GOV_BAD_UPGRADE: "An upgrade has a name, and a height after its vote and time lock.",
  GOV_BAD_CHARTER: "A charter is UTF-8 and not empty.",
  GOV_NOT_VOTING: "There is no vote on that proposal in this round.",
  GOV_NO_STAKE: "The sender had no stake with this hotkey when the round began.",
  GOV_VOTED: "This stake voted on the proposal already.",
  RECORD_NO_NAME: "A record has a name of 1 to 64 bytes.",
  RECORD_TOO_MANY: "The owner has 64 records; change one of them.",
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

/** A coded refusal. */
export type Rejection = { readonly code: RejectionCode; readonly message: string };

/** @param detail the facts of this case; what to do is the table's text */
export function reject(code: RejectionCode, detail?: string): Rejection {
  return { code, message: detail === undefined ? REJECTIONS[code] : `${REJECTIONS[code]} (${detail})` };
}
