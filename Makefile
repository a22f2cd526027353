# Needs GNU make and Python 3.11 or later; everything else is installed into .venv.
.DEFAULT_GOAL := help

.DELETE_ON_ERROR:
.PHONY: help demo test check lint types contracts sbom audit bench docs messages pins clean

ENV     := .venv
BIN     := $(ENV)/bin
PIP     := $(BIN)/python -m pip --quiet --disable-pip-version-check
WORKERS ?= 3
UV      ?= uv

DEMO    := examples/portefeuille.xlsx --answers examples/reponses.yaml
OFFER   := examples/fournisseur
ON      := 2026-11-23
PAST    := 2021-07-10 2023-06-01
OUT     := out/demo

# What is installed, each stamped so that a second run starts at once.
MAIN    := $(ENV)/.main-installed
DEV     := $(ENV)/.dev-installed
COMPILED := $(patsubst %.po,%.mo,$(wildcard src/egide/locale/*/LC_MESSAGES/egide.po))

help:      ## what can be made
	@grep -E '^[a-z-]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(MAIN) $(COMPILED)  ## judge the services of an invented ministry on three days, and say where the results are
	@since=; for day in $(PAST); do \
	  $(BIN)/egide assess $(DEMO) --on $$day $$since --out $(OUT)/$$day --force >/dev/null; code=$$?; \
	  case $$code in 0|1|3) ;; *) exit $$code ;; esac; \
	  since="--since $(OUT)/$$day/egide.json"; \
	done; \
	$(BIN)/egide assess $(DEMO) --on $(ON) $$since --out $(OUT) --notes --force; code=$$?; \
	case $$code in \
	  0|3) ;; \
	  1) echo "egide ended with 1: some services are where the law does not allow them, which is what the example shows." ;; \
	  *) exit $$code ;; \
	esac; \
	echo "The results are in $(OUT): open $(OUT)/egide.html in a browser. The same list on $(PAST) is beside it, and in $(OUT)/label the dossier of an invented provider."

test: $(DEV) $(COMPILED)  ## run every test
	@sh tests/system-packages.sh
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

check: lint types contracts  ## lint, types, import contracts

lint: $(DEV)
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports

sbom: $(DEV)  ## write what a site installs as CycloneDX, into out/sbom
	$(BIN)/python requirements/sbom.py

audit: $(DEV)  ## hold what a site installs against known advisories (ADVISORIES=all.zip without a network)
	$(BIN)/python requirements/audit.py $(if $(ADVISORIES),--advisories $(ADVISORIES))

bench: $(DEV) $(COMPILED)  ## measure what docs/benchmarks.md states
	$(BIN)/python benchmarks/run.py

docs: $(DEV) $(COMPILED)  ## print docs/reference and docs/rules again
	$(BIN)/python docs/make.py

messages: $(COMPILED)  ## compile the French and English messages

pins:      ## choose the versions in requirements/ again (needs uv)
	sh requirements/pin.sh $(UV)

clean:     ## remove what was made
	rm -rf $(ENV) build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f $(COMPILED)

$(BIN)/python:
	@sh requirements/environment.sh $(ENV)

$(MAIN): pyproject.toml hatch_build.py requirements/build.txt requirements/main.txt | $(BIN)/python
	@echo "Installing what egide needs into $(ENV)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install --no-deps --require-hashes -r requirements/build.txt -r requirements/main.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(MAIN) requirements/dev.txt
	@echo "Installing what the tests and checks need into $(ENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

%.mo: %.po | $(MAIN)
	@$(BIN)/python hatch_build.py
	@touch $@
