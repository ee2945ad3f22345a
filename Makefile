# The one front door. `make` or `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

JOBS ?= $(shell deploy/build-jobs)
PORT ?= 4000
FUZZ_SECONDS ?= 600
SECONDS ?= 600
SEEDS ?= 1000
FROM ?= 1
CTEST_FLAGS ?=
BENCH_FLAGS ?=
CPP_TESTS := --label-exclude 'system|conformance|repo'

.PHONY: help run test build bench fmt lint conformance soak dev tsan fuzz sim image deps deps-build
.PHONY: deps-lint clean

help: ## list the targets
	@grep -E '^[a-z][a-z-]*:.*## ' Makefile | sed -E 's/:.*## /|/' | \
	  awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo "  Variables: JOBS=$(JOBS) PORT=$(PORT) FUZZ_SECONDS=$(FUZZ_SECONDS)" \
	  "SEEDS=$(SEEDS) FROM=$(FROM) SECONDS=$(SECONDS)" \
	  "CTEST_FLAGS BENCH_FLAGS"

run: deps-build ## build the server and serve on port 4000, no config needed
	@JOBS=$(JOBS) deploy/build release roost
	@exec build/release/roost serve $(if $(filter-out 4000,$(PORT)),--set listen.port=$(PORT))

# The time is no limit on speed: a test that hangs is ended, and says what it printed.
test: deps build ## build and run every test
	@ctest --test-dir build/release --output-on-failure --timeout 600 $(CTEST_FLAGS)

build: ## build build/release/roost and the tests; needs what `make deps` installs
	@JOBS=$(JOBS) deploy/build release all

bench: deps build ## measure against the limit of this machine, in one run
	@if [[ -e bench/run.py ]]; then python3 bench/run.py $(BENCH_FLAGS); \
	else bash bench/run.sh $(BENCH_FLAGS); fi

fmt: deps-lint ## format the sources
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs clang-format -i

# clang cannot read the precompiled headers of gcc, so it gets a database without them.
lint: deps-lint ## formatting, spelling, clang-tidy, every header by itself
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | \
	  xargs clang-format --dry-run -Werror
	@git ls-files -co --exclude-standard | xargs codespell
	@deploy/check-headers $(JOBS)
	@cmake --preset release -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
	@run-clang-tidy -quiet -j $(JOBS) -p build/lint -extra-arg=-Wno-unknown-warning-option \
	  "^$(CURDIR)/(main.cpp|config/|net/|cluster/|actors/)"

conformance: deps build ## the Autobahn suite against our WebSocket framing
	@tests/conformance/autobahn.sh build/release/ws_echo

soak: deps build ## cut clients at random and check every delivery, for SECONDS
	@ROOST_FAULTY_BIN=build/release/tests/system/faulty_server \
	  node tests/system/checker/run.mjs --seconds $(SECONDS)

dev: deps ## build and run the C++ tests under address and undefined sanitizers
	@JOBS=$(JOBS) deploy/build dev all
	@ctest --test-dir build/dev --output-on-failure $(CPP_TESTS) $(CTEST_FLAGS)

# Old thread sanitizers cannot place their shadow under wide address randomisation: -R turns it off.
tsan: deps ## build and run the C++ tests under the thread sanitizer
	@JOBS=$(JOBS) deploy/build tsan all
	@TSAN_OPTIONS="suppressions=$(CURDIR)/deploy/tsan.supp $(TSAN_OPTIONS)" \
	  setarch -R ctest --test-dir build/tsan --output-on-failure $(CPP_TESTS) $(CTEST_FLAGS)

fuzz: deps deps-lint ## build the fuzzers with clang and run each for FUZZ_SECONDS
	@JOBS=$(JOBS) deploy/build fuzz all
	@deploy/run-fuzzers build/fuzz $(FUZZ_SECONDS)

sim: deps build ## a cluster in one thread from SEEDS seeds, with every promise checked
	@build/release/tests/sim/sim --seeds $(SEEDS) --from $(FROM)

image: ## build the Docker image and try it
	@deploy/image

deps: ## install what building and testing needs (Debian 12 or 13)
	@deploy/install-deps build test

deps-build:
	@deploy/install-deps build

deps-lint:
	@deploy/install-deps build lint

clean: ## remove everything that was built
	@rm -rf build
