# Every target does its own set-up; nothing but Node >= 20 and make is needed.
THROUGHLINE = node dist/src/cli.js
JEST = node --no-warnings --experimental-vm-modules node_modules/jest/bin/jest.js

.DEFAULT_GOAL := help
.PHONY: help install build demo stream-demo stream run plan doctor config-given sample check test test-services bench generate clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

install: node_modules/.installed ## Install the packages of package-lock.json

node_modules/.installed: package.json package-lock.json
	@npm install --no-save --no-progress --loglevel=error
	@touch $@

build: dist/.built ## Compile TypeScript into dist/

dist/.built: node_modules/.installed tsconfig.json tsconfig.build.json $(shell find src bench -name '*.ts' ! -name '*.test.ts')
	@node_modules/.bin/tsc -p tsconfig.build.json
	@touch $@

demo: build ## Run the whole job on sample exports through a local S3, into demo/
	@node dist/src/demo.js

config-given:
	@test -n "$(CONFIG)" || { echo 'error: no config: give CONFIG=my.yaml (the demo is `make demo`)' >&2; exit 2; }

stream-demo: build ## Run the stream beside landing objects and a log, without a broker, into demo/stream/
	@node dist/src/stream-demo.js

stream: config-given build ## Run the stream of CONFIG=…
	@$(THROUGHLINE) stream --config $(CONFIG)

run: config-given build ## Run the job of CONFIG=…
	@$(THROUGHLINE) run --config $(CONFIG)

plan: config-given build ## Show what a run of CONFIG=… would do
	@$(THROUGHLINE) plan --config $(CONFIG)

doctor: config-given build ## Probe storages, sources and topics of CONFIG=…
	@$(THROUGHLINE) doctor --config $(CONFIG)

sample: build ## Write sample exports to demo/sample (TOUCHPOINTS=60000)
	@$(THROUGHLINE) sample --out demo/sample --touchpoints $(or $(TOUCHPOINTS),60000)

check: install ## Format, lint, types, SQL lint, contracts, generated files
	@node_modules/.bin/biome check --error-on-warnings .
	@node_modules/.bin/tsc --noEmit -p tsconfig.json
	@$(JEST) --silent src/lint src/conformance src/models src/engines/functions src/docs/pages src/docs/config-schema src/docs/prose

test: install ## All tests that need nothing but Node
	@$(JEST)

test-services: install ## Tests against servers that we did not write; installs and starts them
	@src/storage/install-servers.sh
	@src/stream/install-kafka.sh
	@src/engines/spark/install-spark.sh
	@THROUGHLINE_JOBS_AHEAD=1 $(JEST) --config jest.services.config.js

bench: build ## Benchmarks against peers and limits; writes bench/RESULTS.md
	@node --expose-gc dist/bench/run.js

generate: build ## Write the generated documentation
	@node dist/src/docs/generate.js

clean: ## Remove what the targets made
	@rm -rf dist demo .cache node_modules
