# SPDX-License-Identifier: Apache-2.0
# Every task of the project. `make` or `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

JOBS ?= $(shell deploy/build-jobs)
PORT ?= 4000
FUZZ_SECONDS ?= 600
KILLS ?= 50
SECONDS ?= 600
SEEDS ?= 1000
FROM ?= 1
TEST_JOBS ?= $(shell nproc)
CTEST_FLAGS ?=
CTEST = ctest -j $(TEST_JOBS) $(CTEST_FLAGS)
BENCH_FLAGS ?=
LAYERS = (config|net|cluster|actors)

.PHONY: help run test build clang bench fmt lint conformance soak kills kill-cluster dev tsan
.PHONY: bench-cluster fuzz sim image deps deps-build deps-lint clean

help: ## list the targets
	@grep -E '^[a-z][a-z-]*:.*## ' Makefile | sed -E 's/:.*## /|/' | \
	  awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'
	@echo "  Variables: JOBS=$(JOBS) PORT=$(PORT) FUZZ_SECONDS=$(FUZZ_SECONDS)" \
	  "SEEDS=$(SEEDS) FROM=$(FROM) SECONDS=$(SECONDS) KILLS=$(KILLS)" \
	  "TEST_JOBS=$(TEST_JOBS) CTEST_FLAGS BENCH_FLAGS"

run: deps-build ## build and start the server on port 4000; it needs no config
	@JOBS=$(JOBS) deploy/build release roost
	@exec build/release/roost serve $(if $(filter-out 4000,$(PORT)),--set listen.port=$(PORT))

# The timeout is for tests that hang: ctest ends them and shows their output.
test: deps build ## build and run every test
	@$(CTEST) --preset release

build: ## build build/release/roost and the tests; run `make deps` first
	@JOBS=$(JOBS) deploy/build release all

clang: deps deps-lint ## build with clang and run the C++ tests
	@JOBS=$(JOBS) deploy/build clang all
	@$(CTEST) --preset clang

bench: deps build ## compare the server with the limit of this machine
	@if [[ -e bench/run.py ]]; then python3 bench/run.py $(BENCH_FLAGS); \
	else bash bench/run.sh $(BENCH_FLAGS); fi

bench-cluster: deps build ## measure nodes on NATS against their bounds
	@python3 bench/cluster.py $(BENCH_FLAGS)

fmt: deps-lint ## format the sources
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs clang-format -i

# clang-tidy sees the sources of a folder as one file, because most of its time goes into headers.
# Of tests it checks only the size of functions; Catch2's macros are system ones.
lint: deps-lint tests/repo/node_modules/.package-lock.json
lint: ## check formatting, spelling, eslint, clang-tidy, and that files compile alone
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | \
	  xargs clang-format --dry-run -Werror
	@git ls-files -co --exclude-standard ':!tests/fuzz/corpus' | xargs codespell
	@tests/repo/node_modules/.bin/eslint --config tests/repo/eslint.config.mjs .
	@deploy/check-alone $(JOBS)
	@cmake --preset lint >/dev/null
	@run-clang-tidy -quiet -j $(JOBS) -p build/lint \
	  "^$(CURDIR)/(main.cpp|$(LAYERS)/|build/lint/$(LAYERS)/.*/Unity/)"
	@grep -o '"file": "[^"]*' build/lint/compile_commands.json | cut -d '"' -f 4 | \
	  grep -E '^$(CURDIR)/(build/lint/)?(tests|bench)/.*\.c(pp|xx)$$' | xargs -n 4 -P $(JOBS) \
	  clang-tidy -quiet -p build/lint -system-headers -checks='-*,readability-function-size'

tests/repo/node_modules/.package-lock.json: tests/repo/package-lock.json
	@cd tests/repo && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/$(@F)

conformance: deps build ## run the Autobahn suite against the WebSocket framing
	@tests/conformance/autobahn.sh build/release/ws_echo

soak: deps build ## disconnect clients at random for SECONDS and check every delivery
	@ROOST_FAULTY_BIN=build/release/tests/system/faulty_server \
	  node tests/system/checker/run.mjs --seconds $(SECONDS)

kills: deps build ## end a durable node KILLS times with kill -9 under load and check every delivery
	@cd tests/system && ROOST_KILLS=$(KILLS) node run.mjs durable.kills.test.mjs \
	  durable.snapshots.test.mjs

kill-cluster: deps build ## end or stop nodes on NATS, and NATS, KILLS times and check every promise
	@cd tests/system && for part in node snapshots away kills pauses run outages; do \
	  ROOST_KILLS=$(KILLS) node run.mjs cluster.$$part.test.mjs; done

dev: deps ## build and run the C++ tests under address and undefined sanitizers
	@JOBS=$(JOBS) deploy/build dev all
	@$(CTEST) --preset dev

# Old thread sanitizers cannot map their shadow memory under wide address randomisation, so
# `setarch -R` turns it off, also for the build, which asks each test program for its cases.
tsan: deps ## build and run the C++ tests under the thread sanitizer
	@JOBS=$(JOBS) setarch -R deploy/build tsan all
	@setarch -R $(CTEST) --preset tsan

fuzz: deps deps-lint ## build the fuzzers with clang and run each for FUZZ_SECONDS
	@JOBS=$(JOBS) deploy/build fuzz all
	@deploy/run-fuzzers build/fuzz $(FUZZ_SECONDS)

sim: deps build ## simulate a cluster from SEEDS seeds and check every promise
	@for mode in "" --lossy --durable --cluster; do echo "sim $$mode"; \
	  build/release/tests/sim/sim $$mode --seeds $(SEEDS) --from $(FROM) || exit 1; done

image: ## build the Docker image and test it
	@deploy/image

deps: ## install the packages for building and testing (Debian 12, 13)
	@deploy/install-deps build test

deps-build:
	@deploy/install-deps build

deps-lint:
	@deploy/install-deps build lint

clean: ## remove all build output
	@rm -rf build
