# Fieldwright's verbs. `make` alone prints them; each says what it does while it does it.
#
# A fresh clone needs Python 3.11 or newer with venv, a C++20 compiler, make and git; setup brings everything else.

PYTHON ?= python3
# Two more than there are processors: tests of pages mostly wait for a browser, and many others for a database.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
SEED ?= 1
THREADS ?= 1
OUT ?= out
INSTANCES ?=
PEERS ?=
SEEDS ?= 1
PORT ?= 8765
SPEED ?= 10
CITY ?= out/city.db
FRESH ?=

VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/.tools-are-in
PROJECT := $(VENV)/.project-is-in
PEERS_VENV := $(VENV)/peers
PEERS_IN := $(PEERS_VENV)/.peers-are-in
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WEB := $(VENV)/.web-is-built
WEB_SOURCES := $(shell find web -name node_modules -prune -o -type f -print)
KERNEL := CMakeLists.txt $(wildcard $(addprefix optimizer/native/,*.cpp *.h) $(addprefix dispatch/travel/native/,*.cpp *.h))

# Of verbs that go side by side each says its lines, or all it has to say, in one piece (GNU make 4 and newer).
OUTPUT_BY = $(if $(filter output-sync,$(.FEATURES)),--output-sync=$(1))

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Who keeps no compiled modules compiles all of them again in each of the many processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run sample test coverage check bench bench-quality bench-replanning bench-speed speed load phones lighthouse scenarios fmt format lint types docs docs-check tests-check browser web-types web-check lock clean
.DELETE_ON_ERROR:

help: ## print the verbs (what `make` alone does)
	@echo "Usage: make VERB [VARIABLE=value …]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(PROJECT) $(WEB) ## build .venv with the locked packages, the project, its C++ kernel and its pages; again only where they changed
	@:

run: setup ## bring the server up with the sample city, planned and running: PORT=8765 SPEED=10 SEED=1 FRESH=1 ARGS=--autopilot
	@[ -z "$(FRESH)" ] || rm -f "$(CITY)" "$(CITY)-wal" "$(CITY)-shm"
	@echo "• Bringing up the sample city in $(CITY): Ctrl-C stops it, make run goes on, make run FRESH=1 begins anew"
	@exec $(BIN)/fieldwright serve --sample --database "sqlite:///$(CITY)" --port $(PORT) --speed $(SPEED) --seed $(SEED) $(ARGS)

sample: SECONDS ?= 20
sample: setup ## plan a sample day and show it as tables and a page: SECONDS=20 SEED=1 THREADS=1 OUT=out
	@echo "• Planning a sample day for $(SECONDS) s"
	@$(BIN)/fieldwright sample --seconds $(SECONDS) --seed $(SEED) --threads $(THREADS) --out $(OUT)

test: setup ## run the tests side by side: JOBS=3 ARGS="-k name"
	@echo "• Testing"
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --hypothesis-profile ci $(ARGS)

coverage: ## the same, and count which lines they go through: fails below 90 %
	@$(MAKE) test ARGS="--cov --cov-report term $(ARGS)"

check: ## all that must hold before a change goes in: format, lint, types, docs, tests
	@$(MAKE) -j2 $(call OUTPUT_BY,line) setup
	@$(MAKE) -j2 $(call OUTPUT_BY,target) format lint types tests-check web-check docs-check
	@$(MAKE) test

bench: bench-quality ## the same as bench-quality

bench-quality: SECONDS ?= 10
bench-quality: setup $(if $(PEERS),$(PEERS_IN)) ## how good plans are, also beside other planners: INSTANCES=folder SECONDS=10,30 PEERS=ortools,pyvrp,vroom,vrpcli SEEDS=1,2,3 THREADS=1
	@[ -n "$(INSTANCES)" ] || { echo "Name a folder of problems or benchmark files: make bench-quality INSTANCES=folder" >&2; exit 1; }
	@echo "• Planning all of $(INSTANCES), $(SECONDS) s each"
	@$(if $(PEERS),$(PEERS_VENV)/bin/python,$(BIN)/python) -m benchmarks.quality --instances $(INSTANCES) \
		--seconds $(SECONDS) --seeds $(SEEDS) --threads $(THREADS) $(if $(PEERS),--peers $(PEERS)) $(ARGS)

bench-speed: speed ## the same as speed

bench-replanning: setup ## how soon a running plan answers: INSTANCES=folder ARGS="--only *plain-1000*"
	@[ -n "$(INSTANCES)" ] || { echo "Name a folder of problems: make bench-replanning INSTANCES=folder" >&2; exit 1; }
	@$(BIN)/python -m benchmarks.replanning --instances $(INSTANCES) $(ARGS)

speed: setup ## how fast the kernel is, by size of problem
	@echo "• Measuring speed"
	@$(BIN)/python -m benchmarks.speed $(ARGS)

load: SECONDS ?= 60
load: setup ## how the server bears a busy day: DATABASE=sqlite|postgresql|URL SECONDS=60 ARGS="--jobs 2000"
	@echo "• Measuring under load for $(SECONDS) s"
	@$(BIN)/python -m benchmarks.load --database "$(or $(DATABASE),sqlite)" --seconds $(SECONDS) $(ARGS)

phones: SECONDS ?= 60
phones: setup ## how the server bears 500 phones: DATABASE=sqlite|postgresql SECONDS=60 ARGS="--phones 500"
	@echo "• Measuring with phones for $(SECONDS) s"
	@$(BIN)/python -m benchmarks.phones --database "$(or $(DATABASE),sqlite)" --seconds $(SECONDS) $(ARGS)

scenarios: PROCESSES ?= $(shell getconf _NPROCESSORS_ONLN)
scenarios: setup ## simulate every scenario of the catalogue, with a result and a page for each: PROCESSES=2 OUT=out ARGS="--replications 2"
	@mkdir -p $(OUT)/scenarios
	@for file in scenarios/catalog/*.toml; do \
		name=$$(basename "$$file" .toml); echo "• $$name"; \
		$(BIN)/fieldwright scenario run "$$file" --processes $(PROCESSES) --keep $(OUT)/scenarios/kept \
			--out $(OUT)/scenarios/$$name.json --report $(OUT)/scenarios/$$name.html $(ARGS); \
		status=$$?; [ $$status -le 1 ] || exit $$status; [ $$status -eq 0 ] || echo "  a condition of $$name is not kept"; echo; \
	done

lighthouse: setup ## how the phone's app does by Lighthouse, on slow 3G and offline (needs Node 20 and Chromium): ARGS="--runs 3"
	@echo "• Measuring the phone's app"
	@$(BIN)/python -m benchmarks.lighthouse $(ARGS)

fmt: setup ## format the Python code
	@echo "• Formatting"
	@$(BIN)/ruff check --select I --fix --quiet .
	@$(BIN)/ruff format .

format: setup
	@echo "• Looking at the format"
	@$(BIN)/ruff format --check .

lint: setup ## look for mistakes in the code, and at which package imports which
	@echo "• Linting"
	@$(BIN)/ruff check .
	@echo "• Looking at the imports"
	@$(BIN)/lint-imports

types: setup ## check the types
	@echo "• Checking the types"
	@$(BIN)/mypy

docs: setup ## write the generated pages again, then look at every link and example of the documentation
	@echo "• Writing the generated pages"
	@$(BIN)/python -m tests.docs.generate
	@$(BIN)/python -m tests.optimizer.io.broken
	@echo "• Looking at the documentation"
	@$(BIN)/python -m pytest -q tests/docs

docs-check: setup
	@echo "• Looking at the generated pages"
	@$(BIN)/python -m tests.docs.generate --check

# What is compiled here, `test` need not compile in each of its processes.
tests-check: setup
	@echo "• Looking for the tests"
	@found=$$($(BIN)/python -m pytest --collect-only -q --no-cov -p no:cacheprovider 2>&1) || { echo "$$found"; exit 1; }; \
		echo "$$found" | tail -1

lock: ## choose the packages anew and write requirements.lock (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv on the path; see CONTRIBUTING.md" >&2; exit 1; }
	@echo "• Choosing packages"
	@uv pip compile --upgrade --universal --generate-hashes --extra dev --no-header --no-annotate --quiet \
		pyproject.toml -o requirements.lock

browser: ## install Debian's Chromium, which the tests of the pages need (as root)
	@command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "• Installing Chromium" && apt-get install --yes --no-install-recommends --quiet=2 chromium >/dev/null; \
	else \
		echo "Install Chromium by hand (Debian: apt-get install chromium, as root); without it the tests of the pages are left out" >&2; \
	fi

web-types: setup ## write again what the pages know of the API (needs Node)
	@echo "• Writing web/shared/openapi.d.ts"
	@$(BIN)/python -m tests.web.api_types

web-check: setup
	@echo "• Looking at what the pages know of the API"
	@$(BIN)/python -m tests.web.api_types --check
	@if [ -e $(WEB) ]; then echo "• Testing what the pages are made of" && cd web && npm run --silent test; fi

clean: ## remove what setup, build and tests have made; plans in out/ stay
	@echo "• Removing .venv, build and caches"
	@rm -rf $(VENV) build dist dispatch/web mobile_api/web web/node_modules .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find dispatch mobile_api optimizer scenarios tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock names every package, so pip has nothing to choose: without --no-deps an older pip takes a newer release of one
# that another asks for with an extra (coverage[toml]), and then refuses it for want of a hash. That the lock is whole is
# what `pip check` sees.
$(TOOLS): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Fieldwright needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name another one: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without venv. On Debian and Ubuntu it is in the package python3-venv." >&2; exit 1; }
	@echo "• Making $(VENV) with $$($(PYTHON) --version)"
	@rm -f $(PROJECT)
	@$(PYTHON) -m venv $(VENV)
	@echo "• Installing the packages of requirements.lock"
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@touch $@

$(PROJECT): $(TOOLS) pyproject.toml $(KERNEL)
	@for compiler in $${CXX:-c++ g++ clang++}; do command -v "$$compiler" >/dev/null && exit 0; done; \
		echo "Fieldwright builds a C++20 kernel and finds no compiler: install g++ 10 or clang 13, or newer," >&2; \
		echo "or name one: make setup CXX=…" >&2; exit 1
	@echo "• Building the kernel and installing the project"
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@$(PIP) check
	@$(BIN)/python -c 'from optimizer.native import Kernel; from dispatch.travel.native import Hierarchy'
	@touch $@

# The other planners, in an environment of their own on top of $(VENV): they are not in the lock. One that cannot be had
# here is said, and asking for it says it again.
$(PEERS_IN): $(PROJECT) pyproject.toml
	@echo "• Installing the peers into $(PEERS_VENV)"
	@$(BIN)/python -m benchmarks.peers --install $(PEERS_VENV) || true
	@touch $@

# Without Node the pages are left out, and say so; nothing is written down then, so that the next setup looks again.
$(WEB): $(WEB_SOURCES)
	@mkdir -p $(VENV)
	@if node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major >= 22 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null; then \
		echo "• Building the pages with Node $$(node --version)"; \
		cd web && npm ci --silent --no-fund --no-audit && npm run --silent build -- --logLevel warn && touch ../$@; \
	else \
		echo "• Node 20.19 or newer is not here: the pages, such as the map, are left out; everything else works"; \
	fi
