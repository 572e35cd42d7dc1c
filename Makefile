PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 4
SIDE_BY_SIDE := -n $(WORKERS) --dist loadscope
# Compiled once, not at each start: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE =
NO_EDITS := --no-deps --no-build-isolation --quiet --disable-pip-version-check

.PHONY: help install demo test quick quick-tests check bench soak pictures lint types imports format clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Countersign needs Python 3.11 or newer; '$(PYTHON)' is older or missing."; \
	  echo "Install one and say which: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@test -f $(VENV)/.dev || { echo "Installing the pinned dependencies …"; \
	  $(BIN)/python tools/install.py requirements.lock; }
	@$(BIN)/python -m pip install $(NO_EDITS) -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies and the development tools …"
	@$(BIN)/python tools/install.py requirements-dev.lock
	@$(BIN)/python -m pip install $(NO_EDITS) -e .
	@touch $@ $(VENV)/.run

install: $(VENV)/.run ## put the program and what it needs into .venv, and say where it is
	@echo "Installed: $(CURDIR)/$(BIN)/countersign"
	@echo 'To call it by its name:  export PATH="$(CURDIR)/$(BIN):$$PATH"'

demo: $(VENV)/.run ## run the main job: no accounts, no tokens (BROKER=zerodha: at a stand-in for it)
	@$(BIN)/countersign demo $(if $(BROKER),--broker $(BROKER))

test: $(VENV)/.dev ## the whole test suite, side by side (WORKERS=4)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) --durations 10 -m "not alone and not soak"
	@$(BIN)/python -m pytest -m "alone and not soak"

quick: $(VENV)/.dev ## lint, types, the import rule and the tests of the rules, in a minute
	@$(MAKE) --no-print-directory -j 2 lint imports types quick-tests

quick-tests: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone and not soak" \
	  tests/unit tests/property tests/contract

check: lint types imports test ## everything CI checks

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(VENV)/.dev ## the benchmarks, as ratios
	@$(BIN)/python -m benchmarks

pictures: $(VENV)/.dev ## draw the pictures of the client's guide anew whose messages have changed
	@$(BIN)/python -m tools.pictures

soak: $(VENV)/.dev ## crash it at random for minutes on end, and look at ten times as many examples
	@$(BIN)/python -m pytest -m soak --timeout 1800
	@HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest $(SIDE_BY_SIDE) --timeout 1800 tests/property tests/unit tests/paper tests/webhook/openapi

clean: ## remove what make has made
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
