# `make run` starts the wallet, `make test` passes the tests; each sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
# Two processes pass the tests side by side, each with a PostgreSQL of its own.
PARALLEL ?= -n 2 --dist loadfile

.PHONY: help
help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@echo "== making the virtual environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); ./.ci/system python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.run-ready: requirements.lock pyproject.toml | $(BIN)/python
	@echo "== installing the pinned dependencies"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock $(VENV)/.run-ready
	@echo "== installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: install
install: $(VENV)/.run-ready ## Make .venv with the `purser` command in it

.PHONY: run
run: install ## Start the wallet: with PURSER_BOT_TOKEN the real one, without it the sandbox
	@if [ -n "$${PURSER_BOT_TOKEN:-}$${PURSER_BOT_TOKEN_FILE:-}" ] || grep -qs '^PURSER_BOT_TOKEN' .env; \
	then exec $(BIN)/purser run; else exec $(BIN)/purser sandbox --port $(PORT); fi

.PHONY: servers
servers:
	@ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || command -v pg_ctl >/dev/null || { echo "== installing PostgreSQL for the tests"; ./.ci/system postgresql; }
	@command -v redis-server >/dev/null || { echo "== installing Redis for the tests"; ./.ci/system redis-server; }

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { echo "== installing Chromium for the tests of the sandbox's page"; ./.ci/system chromium; }

SDK := tests/sdk
$(SDK)/node_modules/.purser-ready: $(SDK)/package-lock.json
	@command -v npm >/dev/null || { echo "== installing Node.js for the tests of shops' clients"; ./.ci/system nodejs npm; }
	@echo "== installing shops' clients"
	@cd $(SDK) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@cp $(SDK)/package-lock.json $@

.PHONY: sdk
sdk: $(SDK)/node_modules/.purser-ready

.PHONY: test
test: $(VENV)/.dev-ready browser servers sdk ## Pass the tests
	@$(BIN)/python -m pytest $(PARALLEL)

.PHONY: check
check: lint types audit cover ## What CI runs: format, lint, types, audit, tests with the coverage floor

.PHONY: lint
lint: $(VENV)/.dev-ready ## Format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

.PHONY: types
types: $(VENV)/.dev-ready ## Types, strict, of source and tests
	@$(BIN)/mypy

.PHONY: audit
audit: $(VENV)/.dev-ready ## Ask for known vulnerabilities of what is pinned
	@./.ci/audit

.PHONY: cover
cover: $(VENV)/.dev-ready browser servers sdk
	@$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term:skip-covered

.PHONY: format
format: $(VENV)/.dev-ready ## Put the code into form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: demo
demo: install ## Play the whole story over the sandbox's wire
	@$(BIN)/purser demo

.PHONY: torture
torture: $(VENV)/.dev-ready servers ## Real faults on both engines for some minutes; a table of what was lost: nothing
	@$(BIN)/python -m tests.torture $(TORTURE)

.PHONY: simulate
simulate: $(VENV)/.dev-ready ## Thousands of seeds of the deterministic simulation
	@$(BIN)/python -m tests.simulation --seeds 2000

.PHONY: bench
bench: $(VENV)/.dev-ready servers ## What it costs, as ratios
	@$(BIN)/purser bench

.PHONY: lock
lock: $(VENV)/.dev-ready ## Pin the newest dependencies, with hashes and without addresses
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra build --generate-hashes --no-emit-index-url --no-header --override .ci/overrides.txt -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra build --extra dev --generate-hashes --no-emit-index-url --no-header --override .ci/overrides.txt -o requirements-dev.lock

.PHONY: clean
clean: ## Remove what was made here, but no database
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage dist $(SDK)/node_modules
