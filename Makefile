# Two commands that work on a fresh machine with Python 3.11 and make:
#   make demo   installs everything and opens a whole sample company
#   make test   installs everything and runs the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
SHELL  := /bin/bash

.DEFAULT_GOAL := help
.PHONY: help install install-test install-all demo test lint types check bench clean

help: ## show these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	@echo "· making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Yorisoi needs Python 3.11 or newer; name it: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "· installing Yorisoi (about a minute the first time)"
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "· installing what the tests need"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[test,lint,postgres]'
	@touch $@

# sentence-transformers and torch: only for the optional models and for training.
$(VENV)/.installed-all: $(VENV)/.installed-test
	@echo "· installing optional models and training (torch for the CPU)"
	@$(PIP) install --quiet --constraint constraints.txt torch==2.13.0
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[test,lint,postgres,models,training]'
	@touch $@

install: $(VENV)/.installed ## install Yorisoi into .venv
install-test: $(VENV)/.installed-test
install-all: $(VENV)/.installed-all ## install with optional models and training

demo: install ## a whole sample company: shop with chat, console, mailboxes
	@$(BIN)/yorisoi demo

test: install-test ## run the tests
	@echo "· running the tests"
	@$(BIN)/pytest -n 2

lint: install-test ## style and spelling
	@$(BIN)/ruff check .
	@$(BIN)/codespell README.md docs assistant channels knowledge prompts/en

types: install-test ## mypy, strict
	@$(BIN)/mypy

check: lint types test ## lint, types, architecture and tests

bench: install ## measure; results are explained in docs/benchmarks.md
	@for benchmark in benchmarks/*.py; do echo "· $$benchmark"; $(BIN)/python $$benchmark || exit 1; done

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build *.egg-info
