# make demo   the classroom exercise, answered (installs into .venv first)
# make test   all tests
# make lint   ruff and mypy
# make web    the lab's page, built into src/loligo/lab/static (needs Node 20.19 or newer, here only)
# make dist   what is published: an archive of the sources and a wheel, with the lab's page and its diagrams in both
# make bench  loligo beside other programs: writes docs/benchmarks.md (long; needs a C compiler for some of them)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
REPORT ?= exercise-report
COMPILED := $(CURDIR)/.pytest_cache/compiled

.PHONY: demo test lint web dist bench clean

demo: $(VENV)/.installed
	$(BIN)/loligo exercise --output $(REPORT)

test: $(VENV)/.installed-test
	@mkdir -p -m 700 "$(COMPILED)"
	@find "$(COMPILED)" -mindepth 1 -maxdepth 1 -mtime +3 -exec rm -rf {} +
	LOLIGO_TEST_CACHE_DIR="$${LOLIGO_TEST_CACHE_DIR:-$(COMPILED)}" $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

web: $(VENV)/.installed
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null || { echo "The lab's page is built with Node 20.19 or newer and npm; here is: $$(node --version 2>/dev/null || \
	  echo no Node). Everything else works without it."; exit 1; }
	cd web && npm ci --no-audit --no-fund && npm run build
	$(BIN)/python -m loligo.lab --ship

dist: web
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'build>=1.2'
	$(BIN)/python -m build

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist web/node_modules src/loligo/lab/static $(REPORT) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "loligo needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing loligo and what it needs: about a minute."
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(VENV)/.installed-lint: pyproject.toml $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@
