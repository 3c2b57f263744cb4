/** Condition types of our kinds: kstatus' three and our own. */
export const CONDITION = {
  ready: "Ready",
  reconciling: "Reconciling",
  stalled: "Stalled",
  registered: "Registered",
  chainStale: "ChainStale",
} as const;

/** Reasons of conditions, one table for code and documents. */
export const REASON = {
  waitingForModel: "WaitingForModel",
  waitingForChain: "WaitingForChain",
  registering: "Registering",
  serving: "Serving",
  priceTooHigh: "PriceTooHigh",
  notWorthIt: "NotWorthIt",
} as const;
