/**
 * In every block header, for good. A node tells it to CometBFT before its first block and before it takes a snapshot, and
 * must then name what the headers hold that it is about to check: were it raised by an upgrade, the new program could follow
 * neither the blocks before it nor a snapshot of them. Which rules hold from which height on is in the ledger (rule GOV-7).
 */
export const APP_VERSION = 1;
