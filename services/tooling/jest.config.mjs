export default {
  rootDir: "../..",
  roots: ["<rootDir>/services", "<rootDir>/operator", "<rootDir>/e2e"],
  testMatch: ["**/test/**/*.test.ts"],
  testTimeout: 60_000,
  maxWorkers: 2,
  testEnvironment: "<rootDir>/services/tooling/jest.environment.mjs",
  extensionsToTreatAsEsm: [".ts"],
  transform: {},
  testSequencer: "<rootDir>/services/tooling/jest.sequencer.mjs",
  reporters: ["<rootDir>/services/tooling/jest.reporter.mjs"],
};
