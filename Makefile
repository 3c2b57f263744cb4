# Node 24 comes from .tools (Linux); elsewhere, or with NODE_HOME set, a Node 24 on PATH is used.
export PATH := $(if $(NODE_HOME),$(NODE_HOME)/bin,$(CURDIR)/.tools/node_modules/.bin):$(PATH)
# npm writes its notices to the terminal of whoever builds; only errors matter here.
export NPM_CONFIG_LOGLEVEL := error

.DEFAULT_GOAL := help
.PHONY: help
help: ## Lists the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/make \1	\2/' | expand -t 28

.tools/.stamp: .tools/package-lock.json
	@echo "installing Node 24"
	@cd .tools && npm ci --ignore-scripts --no-audit --no-fund
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number);if(a<24||a===24&&b<11){console.error("need Node.js 24.11+, found "+process.version+": set NODE_HOME");process.exit(1)}'
	@touch $@

# `npm ci` refuses a lock that a registry without all platforms' binaries wrote; `install --no-save` takes
# the same lock, verifies integrity and leaves it as it is.
node_modules/.package-lock.json: package-lock.json .tools/.stamp
	@echo "installing packages"
	@npm install --no-save
	@touch $@

.PHONY: setup up cometbft nats-server check test bench accept gen format
setup: node_modules/.package-lock.json ## Installs the pinned Node and all packages

up: setup ## Starts a whole market on this machine (Ctrl-C stops it, again continues it)
	@node services/cli/bin/ganglion.mjs up $(ARGS)

cometbft: setup ## Builds the pinned CometBFT from its Go module into the cache (minutes, once)
	@node e2e/src/buildCometbft.ts

nats-server: setup ## Builds the pinned nats-server from its Go module into the cache (a minute, once)
	@node e2e/src/buildNatsServer.ts

check: setup ## Generated files, format, lint, types, arrows, unused code, unit tests (under a minute)
	@node services/tooling/check.mjs

test: setup ## check and all tests, some on a real kube-apiserver, CometBFT, NATS (Go builds them once: 15 minutes)
	@node services/tooling/test.mjs

bench: setup ## Benchmarks, as ratios within one run
	@node services/tooling/bench.mjs $(ARGS)

accept: setup ## Runs what `make up` promises and prints a table of figures (long; idle machine)
	@node e2e/src/accept.ts $(ARGS)

.PHONY: faults fuzz
faults: setup ## Breaks networks of four CometBFT nodes, 200 kills and more (ARGS="--only NAME --kills N"; root for some)
	@node services/chain/test/faults/main.ts $(ARGS)

fuzz: setup ## 5 million transactions and ABCI frames of strangers (ARGS="--inputs N --seed N --from N")
	@node services/chain/test/fuzz/main.ts $(ARGS)

.PHONY: pack-controllerkit contract-real faults-operator bench-operator
pack-controllerkit: setup ## Writes the controller kit as an npm package of its own (ARGS=DIR; .ganglion-packages else)
	@node services/tooling/packControllerkit.mjs $(ARGS)

contract-real: setup ## Checks what controllers rely on against a real kube-apiserver (no root; minutes, builds it once)
	@node e2e/cluster/src/main.ts build etcd kube-apiserver kube-controller-manager
	@npm run -s jest -- operator/test/contract/real

faults-operator: setup ## Breaks a real API server, connections and leaders under a controller (12 min; ARGS=PATTERN for some)
	@node operator/test/faults/main.ts $(ARGS)

bench-operator: setup ## A controller beside kube-controller-manager on 256 fake GPU nodes (15 min; idle machine)
	@node operator/test/perf/operator.bench.ts $(ARGS)

.PHONY: cluster cluster-build cluster-smoke cluster-down cluster-control-plane e2e images images-gpu images-probe images-smoke
cluster: setup ## Builds Kubernetes from Go modules once and boots three real nodes on this machine (Linux, root)
	@node e2e/cluster/src/main.ts up $(ARGS)

cluster-build: setup ## Builds what `make cluster` needs, without booting (ARGS="etcd kube-apiserver" for some)
	@node e2e/cluster/src/main.ts build $(ARGS)

cluster-smoke: setup ## Checks the cluster, or that of KUBECONFIG: pods, network, DNS, volumes, limits, lost nodes
	@node e2e/cluster/src/main.ts smoke $(if $(KUBECONFIG),--kubeconfig $(KUBECONFIG)) $(ARGS)

# The contract's test file looks at a cluster only under this name: see there.
e2e: export GANGLION_E2E_KUBECONFIG = $(or $(KUBECONFIG),$(CURDIR)/.ganglion-cluster/kubeconfig)
e2e: setup ## cluster-smoke and the controller kit's contract, on that of KUBECONFIG or on ours (booted if need be)
	@$(if $(KUBECONFIG),true,node e2e/cluster/src/main.ts up)
	@node e2e/cluster/src/main.ts smoke --kubeconfig "$$GANGLION_E2E_KUBECONFIG" $(ARGS)
	@npm run -s jest -- operator/test/contract/real

cluster-down: setup ## Ends the cluster and compares the machine with what it was before
	@node e2e/cluster/src/main.ts down $(ARGS)

cluster-control-plane: setup ## Runs etcd and kube-apiserver alone until Ctrl-C (no root)
	@node e2e/cluster/src/main.ts control-plane up $(ARGS)

images: setup ## Builds an OCI image of every program, without a container engine (ARGS="chain miner" for some)
	@node e2e/cluster/src/main.ts images build $(ARGS)

images-gpu: setup ## Builds the miner's, validator's and trainer's image with CUDA libraries from PyPI (gigabytes)
	@node e2e/cluster/src/main.ts images build --gpu $(ARGS)

images-probe: setup ## Writes the image that cluster-smoke's pods run, for a cluster of somebody else's
	@node e2e/cluster/src/main.ts images probe $(ARGS)

images-smoke: setup ## Gives the images to the cluster's nodes and starts each, non-root and read-only
	@node e2e/cluster/src/main.ts images load $(ARGS)
	@node e2e/cluster/src/main.ts images check $(ARGS)

gen: setup ## Generates wire and resource types
	@npm run -s gen

format: setup ## Formats all files
	@npm run -s format
