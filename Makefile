# ogpld: `make serve` builds the shipped data and serves it, `make test` runs what needs no system package.

PYTHON ?= python3
PORT ?= 8000
HOME_DIR ?= var
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help serve build test lint clean

help:
	@echo "make serve [PORT=8000] [HOME_DIR=var]   install, build the shipped data, serve it"
	@echo "make test                               run the tests"
	@echo "make lint                               ruff and mypy"
	@echo "make clean                              remove the virtual environment"

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ogpld needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

build: $(VENV)/.installed
	@$(BIN)/ogpld --home $(HOME_DIR) build

serve: build
	@exec $(BIN)/ogpld --home $(HOME_DIR) serve --port $(PORT)

test: $(VENV)/.tested
	@$(BIN)/python -m pytest -q $(PYTEST_ARGS)

lint: $(VENV)/.tested
	@$(BIN)/ruff check ogpld tests
	@$(BIN)/ruff format --check ogpld tests
	@$(BIN)/mypy

clean:
	rm -rf $(VENV)
