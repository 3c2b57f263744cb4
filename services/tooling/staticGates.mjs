// Name and command of every check that runs no test.
export const STATIC_GATES = [
  ["generated files", "npm run -s gen:fresh"],
  ["format and lint", "npm run -s lint"],
  ["types", "npm run -s types"],
  ["import arrows", "npm run -s arrows"],
  ["unused code", "npm run -s dead"],
  ["ledger rules", "node services/tooling/ledgerRules.mjs"],
  ["error codes", "node services/tooling/errorCodes.mjs"],
  ["documents", "node services/tooling/docLinks.mjs"],
  ["numeric fence", "node services/tooling/numericFence.mjs"],
];
