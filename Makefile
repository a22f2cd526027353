.DEFAULT_GOAL := help
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin

help:            ## what can be made
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

messages:        ## compile the French and English message catalogues
	$(BIN)/python -c "import pathlib; from babel.messages.pofile import read_po; from babel.messages.mofile import write_mo; [write_mo(p.with_suffix('.mo').open('wb'), read_po(p.open('rb'))) for p in pathlib.Path('src/egide/locale').glob('*/LC_MESSAGES/egide.po')]"
