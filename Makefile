# make demo    see it work: a published photodiode with its transport layers exchanged, into out/
# make test    run the tests                       (make test ARGS="tests/unit -k units" for some of them)
# make check   all that CI runs: lint, docs, tests
# make docs    docs/_build/html/index.html
# make clean   remove everything made here, the environment included
#
# The first call makes an environment in $(VENV); later calls use it, until pyproject.toml or constraints.txt changes.
# Plain make, GNU make 3.81 and later. Without make: see README.md.

PYTHON ?= python3
VENV ?= .venv
OUT ?= out
WORKERS ?= 2
ARGS ?=

BIN = $(VENV)/bin
PY = $(BIN)/python
PIN = --constraint constraints.txt
INSTALL = $(PY) -m pip install --disable-pip-version-check $(PIN) --build-constraint constraints.txt --editable .

.PHONY: help demo test check lint docs clean

help:
	@sed -n '1,5s/^# //p' Makefile

demo: $(VENV)/.has-package
	$(BIN)/stackmodel warmup
	$(BIN)/stackmodel compare devices/photodiodes/vafaie2021_pbs_zno.py \
		--vary "ETL=ZnO,SnO2,TiO2" --vary "HTL=PbS(3.0nm, EDT),NiO,MoO3" --out $(OUT)
	@echo
	@echo "In $(OUT)/:"
	@ls $(OUT)

test: $(VENV)/.has-test
	$(PY) -m pytest -n $(WORKERS) $(ARGS)

check:
	$(MAKE) lint
	$(MAKE) docs
	$(MAKE) test

lint: $(VENV)/.has-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.has-dev
	$(PY) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean:
	rm -rf $(OUT) docs/_build docs/generated build dist
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find stackmodel tests tools devices -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	if test -f $(VENV)/.made; then rm -rf $(VENV); fi

# The environment, in steps; each leaves a stamp.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		echo "stackmodel needs Python 3.11, 3.12 or 3.13, which \"$(PYTHON)\" is not. Name one: make PYTHON=python3.12 ..." >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The pip that a new environment starts with may be too old to know dependency groups.
$(VENV)/.has-pip: $(VENV)/.made constraints.txt
	$(PY) -m pip install --disable-pip-version-check --quiet $(PIN) --upgrade pip
	@touch $@

$(VENV)/.has-package: $(VENV)/.has-pip pyproject.toml constraints.txt
	$(INSTALL)
	@touch $@

$(VENV)/.has-test: $(VENV)/.has-pip pyproject.toml constraints.txt
	$(INSTALL) --group test
	@touch $@ $(VENV)/.has-package

$(VENV)/.has-dev: $(VENV)/.has-pip pyproject.toml constraints.txt
	$(INSTALL) --group dev
	@touch $@ $(VENV)/.has-test $(VENV)/.has-package
