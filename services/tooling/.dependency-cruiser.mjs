const LIB = "^services/lib";
const PURE = "(params|types|ledger|onnx|mixture|expert|corpus|events|resources)";

/** Arrows point down only: the table in docs/architecture.md. */
const rule = (name, from, to) => ({ name, severity: "error", from: { path: from }, to });
const others = (self, allowed) => ({
  path: "^(services|operator|e2e)/",
  pathNot: [self, ...allowed].map((p) => `^${p}/`).join("|"),
});

const layers = {
  params: [],
  types: ["params"],
  ledger: ["params", "types"],
  onnx: [],
  mixture: ["params", "types", "onnx"],
  expert: ["params", "types", "onnx"],
  corpus: ["params", "types"],
  events: ["params", "types"],
  resources: ["params", "types"],
  keys: ["params", "types"],
  wire: ["params", "types", "keys"],
  inference: ["types", "onnx"],
  runtime: ["params", "types", "keys", "wire", "events"],
  client: ["params", "types", "keys", "wire", "runtime"],
};

export default {
  forbidden: [
    ...Object.entries(layers).map(([lib, allowed]) =>
      rule(
        `layer-${lib}`,
        `^services/lib/${lib}/src`,
        others(
          `services/lib/${lib}`,
          allowed.map((a) => `services/lib/${a}`),
        ),
      ),
    ),
    // Programs speak gRPC to each other. Only `local` composes them, and only `cli` loads `local`, lazily.
    rule("no-service-to-service", "^services/(?!lib/|local/|cli/)([^/]+)/src", {
      path: "^services/(?!lib/|tooling/)",
      pathNot: "^services/$1/",
    }),
    rule("local-not-to-cli", "^services/local/src", { path: "^services/cli/" }),
    rule("cli-to-local-only", "^services/cli/src", {
      path: "^services/(?!lib/|tooling/)",
      pathNot: "^services/(cli|local)/",
    }),
    rule("cli-loads-local-lazily", "^services/cli/src", {
      path: "^services/local/",
      dynamic: false,
      dependencyTypesNot: ["type-only"],
    }),
    rule("no-service-to-operator-or-e2e", "^services/", { path: "^(operator|e2e)/" }),
    rule("operator-to-libs-only", "^operator/src", {
      path: "^(services/(?!lib/)|services/lib/(ledger|onnx|mixture|expert|corpus|inference)|e2e/)",
    }),
    rule("controllerkit-knows-no-kind", "^operator/src/controllerkit/", {
      path: "^operator/src/",
      pathNot: "^operator/src/controllerkit/",
    }),
    rule("pure-no-node", `${LIB}/${PURE}/src`, { dependencyTypes: ["core"] }),
    rule("pure-no-io-packages", `${LIB}/${PURE}/src|/src/core/|^operator/src/specs/|/(plan|policies)\\.ts$`, {
      path: "node_modules/",
      pathNot: "node_modules/(@chainsafe/|@noble/|@scure/|zod/|yaml/|ajv/|@marcbachmann/cel-js/)",
    }),
    rule("core-no-node", "/src/core/|^operator/src/specs/|/(plan|policies)\\.ts$", {
      dependencyTypes: ["core"],
    }),
    rule("core-no-io", "/src/core/", { path: "/src/(io|http|app|main)(/|\\.ts$)" }),
    // The ancestor's rules compute an exponential; the state must not depend on one.
    rule("ledger-state-not-by-ancestor", "^services/lib/ledger/src/(block|epoch|genesis|query|state|tx)/", {
      path: "^services/lib/ledger/src/consensus/ancestor/",
      reachable: true,
    }),
    rule("no-relative-across-packages", "^((?:services/lib/|services/(?!lib/|tooling/)|)[^/]+)/", {
      path: "^(services|operator|e2e)/",
      pathNot: "^$1/",
      dependencyTypes: ["local"],
    }),
    rule("io-packages-in-runtime-only", "^(services|operator)/", {
      path: "node_modules/(pino|prom-client|nats|ioredis)/",
    }),
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ].map((r) =>
    r.name === "io-packages-in-runtime-only"
      ? { ...r, from: { ...r.from, pathNot: "^services/lib/runtime/" } }
      : r,
  ),
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(gen|many)/" },
    parser: "swc",
    combinedDependencies: false,
    moduleSystems: ["es6"],
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
