PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NO_EDITS := --no-deps --no-build-isolation --quiet --disable-pip-version-check

.PHONY: help demo test check bench soak lint types imports format clean
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
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; }
	@$(BIN)/python -m pip install $(NO_EDITS) -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies and the development tools …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install $(NO_EDITS) -e .
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run ## run the main job: no accounts, no tokens
	@$(BIN)/countersign demo

test: $(VENV)/.dev ## the whole test suite
	@$(BIN)/python -m pytest

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

soak: $(VENV)/.dev ## crash it at random for minutes on end
	@$(BIN)/python -m pytest -m soak --timeout 1800

clean: ## remove what make has made
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
