# Every target sets itself up: `make setup` is only the slow part, done once and again when a lock changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test proofs dates chaos check bench lock contract clean

help:            ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

setup: $(STAMP)  ## make .venv with the locked packages

$(STAMP): requirements-dev.lock pyproject.toml deploy/venv.sh
	@sh deploy/venv.sh "$(PYTHON)" "$(VENV)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)   ## one pull request, reviewed end to end on this machine (LIVE=1 asks the real Claude)
	@$(BIN)/python -m tests.sandbox.demo $(if $(LIVE),--live)

# Processes that tests start would compile the package each time, where the environment forbids to keep bytecode.
test proofs dates: export PYTHONDONTWRITEBYTECODE =

# One more than there are cores: some tests wait for processes.
JOBS ?= $(shell expr $$(nproc) + 1)
test: $(STAMP)   ## the suite, against the sandbox
	@$(BIN)/python -m pytest -n $(JOBS)

KILLS ?= 60
chaos: $(STAMP)  ## the long kill -9 campaign: 60 kills of the worker, of gunicorn and of Postgres, on each store
	@$(BIN)/python -m tests.chaos --kills $(KILLS)

proofs: $(STAMP) ## what the suite has no time for: real processes killed, stopped and upgraded, and a short chaos campaign
	@$(BIN)/python -m pytest -n 2 tests/durable tests/chaos tests/attacks
	@$(BIN)/python -m pytest -n 2 -m proof tests/stories tests/flow tests/adapters tests/entry tests/sandbox/tests tests/core tests/patterns
	@$(BIN)/python -m pytest -n 2 --hypothesis-profile=proofs tests/core

dates: $(STAMP)  ## what knows of dates, on other days and in other time zones (some 15 minutes)
	@$(BIN)/python -m tests.dates

check: $(STAMP)  ## lint, types, layers, workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyrefly check
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.workflows
	@$(BIN)/python -m tests.patterns

bench: $(STAMP)  ## the benchmarks (PART=cli, action, core, context, reviews, depths, verify, intake, crowd, secrets or linear for one); the tables are in tests/bench/README.md
	@$(BIN)/python -m tests.bench $(PART)

CONTRACT ?= ../shared/tools/contract
contract: $(STAMP) ## judge the suite's recorded GitHub traffic by GitHub's own description (CONTRACT=folder of the judge)
	@sh tests/contract.sh "$(BIN)" "$(CONTRACT)"

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: $(STAMP)   ## renew the locks
	@$(LOCK) --extra server pyproject.toml -o requirements.lock
	@$(LOCK) --all-extras --group dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) --constraints requirements-dev.lock pyproject.toml -o deploy/action.txt
	@$(LOCK) --extra bedrock --extra vertex --constraints requirements-dev.lock pyproject.toml -o deploy/clouds.txt
	@echo uv | $(LOCK) --constraints requirements-dev.lock - -o deploy/uv.txt

clean:           ## remove what setup made
	@rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
