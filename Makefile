# Everything here is `python3 -m api …`, which does the same where make is missing.
# PYTHON chooses the interpreter that makes .venv; ARGS goes to the command: make test ARGS="-k ground".
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint bench bench-gate bench-grades bench-intake bench-ledger bench-peer bench-policy lock clean

help run test lint bench bench-gate bench-grades bench-intake bench-ledger bench-peer bench-policy lock clean:
	@$(PYTHON) -m api $@ $(ARGS)
