/** Of the ledger's rules, in block headers; raised by an upgrade. */
export const APP_VERSION = 1;
