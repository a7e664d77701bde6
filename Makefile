# One-Stop Gateway. Needs make and Python 3.11 or newer; everything else is installed into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-all check shape conformance bench bench-pages bench-peers profile faults properties fuzz contracts docs pictures wheel requirements clean
# The certificates that this machine trusts, as pip does (two names: uv renamed it).
export UV_NATIVE_TLS := 1
export UV_SYSTEM_CERTS := 1
# What the caller's shell has active must not reach into ours.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONDONTWRITEBYTECODE CONDA_PREFIX UV_PROJECT_ENVIRONMENT UV_SYSTEM_PYTHON UV_PYTHON

# Ends well in a Python that was built with profile-guided optimization, which is up to 1.7 times as fast: of several it is taken.
export BUILT_WITH_PGO := import sys, sysconfig; sys.exit("--enable-optimizations" not in (sysconfig.get_config_var("CONFIG_ARGS") or ""))
BIN := .venv/bin
# Tests wait for processes of their own now and then: one more than there are processors keeps these busy.
JOBS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
# Empty for none: the gateways that tests start are watched, too, and are slower for it.
COVERAGE ?= --cov --cov-report=term
# The stamp names the folder, since a virtual environment does not survive being moved or copied.
STAMP := .venv/.ready-$(shell pwd -P | cksum | cut -d' ' -f1)

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## set up .venv with everything that is needed (seconds when it is there)

$(STAMP): requirements.txt pyproject.toml
	@echo "setup 1/4: looking for Python 3.11 or newer"
	@set -e; found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  found="$${found:-$$python}"; \
	  [ "$$python" != "$(PYTHON)" ] || break; \
	  if "$$python" -c "$$BUILT_WITH_PGO" 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "This needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || echo none)." >&2; \
	  echo "Install one (python3.13 is tested), or name one: make setup PYTHON=/path/to/python3.13" >&2; exit 1; \
	fi; \
	echo "setup 2/4: $$("$$found" --version) into .venv"; \
	"$$found" -m venv --clear .venv || { \
	  echo "This Python cannot make virtual environments: install its venv package (Debian: python3-venv)." >&2; exit 1; }
	@echo "setup 3/4: installing the pinned, hashed requirements"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@$(BIN)/uv pip sync --quiet --no-config --python $(BIN)/python --require-hashes --compile-bytecode requirements.txt
	@echo "setup 4/4: installing the gateway itself (editable)"
	@$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(STAMP)
	@echo "setup: done"

demo: setup ## file one application to five departments and watch it through; STAY=1 stays up for a browser
	@$(BIN)/gateway demo $(if $(STAY),--stay)

serve: setup ## the gateway with its sandboxes on 127.0.0.1:8080 (GATEWAY_PORT), until ctrl-c
	@$(BIN)/gateway serve --sandbox

test: setup ## every part proven, in minutes: all tests but those marked slow
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope -m "not slow"

test-all: setup ## every test, the slow ones too, with the coverage of gateway/ and plugins/; FULL=1 as often as is claimed
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope $(COVERAGE)

check: setup ## format, lint, types, import contracts, the configuration itself, and the shape of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/gateway check
	$(BIN)/python -m docs.shape

shape: setup ## the figures of the house beside their limits; RATCHET=1 lowers these to what is measured, PLACES=name shows where
	@$(BIN)/python -m docs.shape $(if $(RATCHET),--ratchet) $(if $(PLACES),--places $(PLACES))

conformance: setup ## run the departments' conformance tests and record what they found (plugins/*/conformance.json)
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadscope -p gateway.sdk.conformance.report --conformance-record tests/plugins/*/test_conformance.py

bench: setup ## what we claim about speed, measured; writes docs/performance.md
	@$(BIN)/python -m bench

bench-pages: setup ## what pages weigh, how soon and how still they come at COUNT (100,000) cases, and what forms, screens and 50 open consoles cost
	@COUNT=$(or $(COUNT),100000) $(BIN)/python -m bench.pages

profile: setup ## where a millisecond of an application goes
	@$(BIN)/python -m bench.profile

bench-peers: setup ## the same beside DBOS, PgQueuer, Procrastinate and Restate (an environment of their own)
	@$(BIN)/python -m bench.peers

faults: setup ## what we claim about faults, in full within BUDGET minutes (15); writes docs/reliability.md
	@BUDGET=$(or $(BUDGET),15) $(BIN)/python -m tests.faults

properties: setup ## the property tests alone, with TIMES (10) as many examples, other ones each time
	@TIMES=$(or $(TIMES),10) $(BIN)/python -m pytest -n $(JOBS) --dist loadscope -p tests.properties tests

fuzz: setup ## COUNT (50,000) requests generated from the document with SEED (1), as every role; fails on a finding
	@COUNT=$(or $(COUNT),50000) SEED=$(or $(SEED),1) $(BIN)/python -m tests.fuzz

contracts: setup ## COUNT (500) contracts that chance writes with SEED (1): generated from, imported, called, type-checked; fails on a finding
	@COUNT=$(or $(COUNT),500) SEED=$(or $(SEED),1) $(BIN)/python -m tests.contracts

docs: setup ## write the pages that are made from code and recorded figures (docs/logs.md, docs/metrics.md, docs/rights.md, docs/conformance.md, docs/quality.md, docs/performance.md)
	@$(BIN)/python docs/logs_page.py
	@$(BIN)/python docs/metrics_page.py
	@$(BIN)/python docs/rights_page.py
	@$(BIN)/python docs/conformance_page.py
	@$(BIN)/python docs/quality_page.py
	@$(BIN)/python docs/reference_page.py
	@$(BIN)/python -m bench.composition

pictures: setup ## write the pictures of the README from a running gateway (docs/pictures), by the tests that drive a browser
	@PICTURES=1 $(BIN)/python -m pytest -q tests/pages/test_pictures.py

wheel: setup ## build the gateway's wheel into dist/, for teams without this repository
	@$(BIN)/python -m hatchling build -t wheel -d dist

requirements: setup ## compile requirements.txt anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --no-config --generate-hashes --universal --all-extras --group dev --python-version 3.11 \
	  --custom-compile-command 'make requirements' --upgrade -o requirements.txt pyproject.toml
	@$(BIN)/uv pip compile --quiet --no-config --generate-hashes --universal --python-version 3.11 \
	  --custom-compile-command 'make requirements' --upgrade -o bench/peers/requirements.txt bench/peers/requirements.in
	@$(BIN)/uv pip compile --quiet --no-config --generate-hashes --universal --python-version 3.11 \
	  --custom-compile-command 'make requirements' --upgrade -o tests/clients/requirements.txt tests/clients/requirements.in
	@$(BIN)/uv pip compile --quiet --no-config --generate-hashes --universal --python-version 3.11 \
	  --custom-compile-command 'make requirements' --upgrade -o tests/fuzz/requirements.txt tests/fuzz/requirements.in

clean: ## remove what was built and cached (not the data in var)
	@rm -rf .venv .venv-peers .venv-fuzz .npm-peers .foreign dist build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
