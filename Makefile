# Everything a newcomer, a reader and a maintainer type. `make help` says what each target is for.
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
T ?=

.PHONY: help install up test lint format bench lock clean

help: ## say what each target is for
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install: .venv/installed ## a virtual environment in .venv with what running needs

.venv/installed: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dailypapers needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/tested: requirements/test.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

up: .venv/installed ## from a fresh clone to a running site at http://127.0.0.1:8000 (PORT= for another)
	$(BIN)/dailypapers up --port $(PORT)

test: lint ## everything from a fresh clone to lint, types and all tests passed (T=path for one test)
	$(BIN)/python -m pytest -n 2 $(T)

lint: .venv/tested ## style, types, and the rooms' import table
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/tested ## put the code in its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/tested ## measure; see benchmarks/RESULTS.md (needs the real data)
	$(BIN)/python -m benchmarks.file_load
	$(BIN)/python -m benchmarks.season
	$(BIN)/python -m benchmarks.huggingface_days
	$(BIN)/python -m benchmarks.fresh_machine
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.trending_refresh
	$(BIN)/python -m benchmarks.trending_weights
	$(BIN)/python -m benchmarks.trending_season
	-$(BIN)/python -m benchmarks.community
	-$(BIN)/python -m benchmarks.feeds
	-$(BIN)/python -m benchmarks.group_pages
	-$(BIN)/python -m benchmarks.api_v1
	-$(BIN)/python -m benchmarks.api_hub
	-$(BIN)/python -m benchmarks.digests
	$(BIN)/python -m benchmarks.encoding
	$(BIN)/python -m benchmarks.search_speed
	$(BIN)/python -m benchmarks.search_while_writing
	-$(BIN)/python -m benchmarks.serving
	-$(BIN)/python -m benchmarks.search_fresh
	$(BIN)/python -m benchmarks.readings
	$(BIN)/python -m benchmarks.search_spelling
	-$(BIN)/python -m benchmarks.search_quality
	-$(BIN)/python -m benchmarks.search_quality --tune 120
	$(BIN)/python -m benchmarks.search_millions

lock: .venv/tested ## pin the newest allowed versions in requirements/*.txt
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header --extra postgresql --extra video -o requirements/run.txt pyproject.toml requirements/build.in
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header -c requirements/run.txt -o requirements/test.txt requirements/test.in

clean: ## remove the virtual environment and caches, not your data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
