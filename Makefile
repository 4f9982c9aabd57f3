# Two commands matter: `make run` and `make test`. Both install what they need into .venv, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test lint types contracts unit apart browsers bench messages lock browser extension test-matrix clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.installed  ## install and start; the demo town where nothing is watched yet
	$(BIN)/shopbell serve

test: $(VENV)/test.installed  ## install what the tests need, then lint, types, contracts and every test
	$(BIN)/python -m tests.provision
	$(MAKE) --no-print-directory lint types contracts unit apart browsers

lint: $(VENV)/test.installed  ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.installed  ## mypy --strict
	$(BIN)/mypy

contracts: $(VENV)/test.installed  ## which room may import which
	$(BIN)/lint-imports --no-cache

unit: $(VENV)/test.installed  ## every test that stays in its own process and takes no time to speak of
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not (browser or server or postgres or large)"

apart: $(VENV)/test.installed  ## the others: what starts a process, a server or PostgreSQL, and what is large
	$(BIN)/python -m pytest -n auto --dist loadfile -m "(server or postgres or large) and not browser"

browsers: $(VENV)/test.installed  ## every test in Chromium and Firefox
	$(BIN)/python -m pytest -n auto --dist loadfile -m browser

test-matrix: $(VENV)/test.installed  ## the insertion, in every editor there is, in both browsers
	$(BIN)/python -m tests.provision
	MATRIX=all $(BIN)/python -m pytest -q -s tests/extension/test_matrix.py

extension: extension/node_modules/.locked  ## build the browser extension: a zip for Chrome and Edge, one for Firefox
	cd extension && node build.mjs && for browser in chrome firefox; do npx --no-install web-ext build --source-dir dist/$$browser \
	  --artifacts-dir dist --filename shopbell-$$browser-{version}.zip --overwrite-dest; done

extension/node_modules/.locked: extension/package-lock.json
	@command -v npm >/dev/null || { echo "Node and npm are missing (Debian: apt-get install nodejs npm)"; exit 1; }
	cd extension && npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.locked

bench: $(VENV)/test.installed  ## speed and memory against peers, as ratios in one run
	$(BIN)/python -m tests.bench

messages: $(VENV)/test.installed  ## gather all that is said to people into the catalogues, and compile these
	PYTHONPATH=. $(BIN)/pybabel -q extract -F babel.cfg -k counted:1,2 -k say -k say_many:1,2 --no-location --sort-output --project Shopbell -o $(VENV)/messages.pot service
	$(BIN)/pybabel -q update -N --ignore-obsolete --ignore-pot-creation-date -i $(VENV)/messages.pot -d service/translations
	$(BIN)/pybabel -q compile -d service/translations

browser: $(VENV)/run.installed  ## add Playwright, for pages that only a browser can show
	$(PIP) install --require-hashes -r requirements-browser.lock

lock:  ## pin every dependency again, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra browser --group dev --group build pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group build pyproject.toml -c requirements-dev.lock -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra browser pyproject.toml -c requirements-dev.lock -o requirements-browser.lock

clean:  ## remove what make made (your data in var/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis extension/dist extension/node_modules tests/extension/matrix/node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Shopbell needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }

$(VENV)/run.installed: $(BIN)/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/test.installed: $(BIN)/python requirements-dev.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@
