# What a newcomer may ask for.  Needs Python 3.11 or later (with venv), git and make; nothing else by hand.
#
#   make run        the demo, on http://127.0.0.1:8000          make test    all tests, with real databases and browser
#   make install    the whole development environment in .venv  make lint    ruff and mypy
#   make proof      the long proofs                             make bench   the benchmark tables
#   make lock       write the locks anew from pyproject.toml    make build-static   static/dist from its sources (npm)
#   make problems   docs/problems.md from the kinds of problems and the faulty files of the corpus
#   make translations  collect the strings, update the French catalogue, compile it

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
LOCK   := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
          --no-emit-index-url --no-emit-find-links

.PHONY: install run test test-again lint bench proof build-static translations problems lock clean

install: .venv/.installed

run: .venv/.runnable
	@exec $(BIN)/fanfare demo

test: .venv/.installed
	$(BIN)/python -m pytest -n 2

test-again: .venv/.installed
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none

proof: .venv/.provable
	$(BIN)/python -m pytest -m proof -n 2 -rP

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed
	$(BIN)/python -m bench

build-static:
	npm ci --no-audit --no-fund
	npm run build

translations: .venv/.installed
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext --project=Fanfare --version=0.1 --msgid-bugs-address="the project's issue tracker" --add-location=file --sort-output -o build/messages.pot .
	$(BIN)/pybabel -q update -i build/messages.pot -d app/translations -l fr --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=120
	$(BIN)/pybabel -q compile -d app/translations -l fr --statistics

# Every package with its hashes, whatever index the machine is set to.  The stamps make a second run a no-op.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fanfare needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv

.venv/.runnable: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --quiet --require-hashes --no-deps -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed: requirements-dev.lock .venv/.runnable
	$(PIP) install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

.venv/.provable: requirements-proof.lock .venv/.installed
	$(PIP) install --quiet --require-hashes --no-deps -r requirements-proof.lock
	@touch $@

lock: .venv/.installed
	$(LOCK) --extra demo --extra build pyproject.toml -o requirements.lock
	$(LOCK) --extra demo --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(LOCK) --extra spark -c requirements-dev.lock pyproject.toml -o requirements-proof.lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache node_modules

problems: .venv/.installed
	$(BIN)/python -m tests.journeys.checking.manual > docs/problems.md
