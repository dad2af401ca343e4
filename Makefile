# Every target sets up what it needs: `make demo` and `make test` are all that a fresh machine has to run.
# An environment that is a link belongs to another checkout: it is used as it is, and nothing is installed into it.

# The first interpreter that is new enough; `make PYTHON=/path/to/python ...` chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
APP := $(VENV)/.app-installed
DEV := $(VENV)/.dev-installed
INSTALL_INPUTS := pyproject.toml hatch_build.py package.json package-lock.json $(wildcard frontend/*)
ASSETS := server/static/vendor

.PHONY: help demo test test-bluez-vm check fix bench soak validation screenshots clean FORCE
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

demo: $(APP) ## open a dashboard full of simulated runs on http://127.0.0.1:8000
	$(BIN)/python -m server demo

# One process per core of a small machine; a file stays together, because browsers and servers are started per file.
test: $(DEV) ## run every test, the browser and wheel tests as well
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Fetches a kernel and BlueZ the first time; tests/qemu/README.md says what it needs.
test-bluez-vm: $(DEV) ## play the Bluetooth scenarios to a real bluetoothd in a virtual machine (needs qemu)
	@sh tests/qemu/run.sh

check: $(DEV) ## lint, types, layers, and the tests that defend the documents
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house -m "not slow"

fix: $(DEV) ## format, mend what the linter can mend, write the generated documents anew
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format
	$(BIN)/python -m docs.make_coordinate_figure
	$(BIN)/python -m docs.make_module_map

bench: $(DEV) ## measure speed, memory and page weight against their targets
	$(BIN)/python -m bench

SOAK_MINUTES ?= 120

soak: $(DEV) ## stream from a virtual sensor in real time while everything goes wrong (SOAK_MINUTES=minutes)
	$(BIN)/python -m bench.soak $(SOAK_MINUTES)

# Recordings with truth; they are no part of the project.
DATA ?= ../shared/validation

validation: $(DEV) ## measure accuracy on recordings with truth and write docs/validation.md anew (DATA=folder)
	@$(BIN)/python -m bench.validation --page '$(DATA)'

screenshots: $(DEV) ## make the pictures of the README anew (needs Chromium)
	$(BIN)/python -m docs.make_screenshots

clean: ## remove the environment and all that is built; recordings and the data folder stay
	rm -rf $(VENV) $(ASSETS) build dist node_modules *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ifeq ($(shell test -L $(VENV) && echo linked),linked)

$(APP) $(DEV): ;

else

# Assets that were deleted are made again, although the environment itself is up to date.
$(APP) $(DEV): $(INSTALL_INPUTS) $(if $(wildcard $(ASSETS)/*),,FORCE) | $(BIN)/python

$(APP):
	@echo "Installing what hiplevel needs. The first time this takes about a minute."
	$(BIN)/python -m pip install --quiet --editable '.[sim]'
	@touch $@

$(DEV):
	@echo "Installing what hiplevel and its tests need. The first time this takes about a minute."
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(APP) $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "hiplevel needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is not Python 3.11 or newer. Name a newer one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Setting up hiplevel in $(VENV). This is done once and takes about a minute."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

endif

FORCE:
