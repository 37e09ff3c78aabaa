# Two commands are enough for a newcomer: `make demo` and `make test`.
# Python 3.11 and make are all that must be there; packages come from the index that pip knows.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo setup reset test check prove bench

# Another interpreter: make demo PYTHON=/path/to/python3.11
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; done; echo python3)
RUN := .venv/bin/python

help:
	@echo 'make demo    install, load and start the demo (PORT=8000 DATA_DIR=var)'
	@echo 'make setup   environment, database and rules alone'
	@echo 'make reset   empty the demo'
	@echo 'make test    the whole suite: SQLite, PostgreSQL, browser'
	@echo 'make check   format, lint, types, imports, migrations, translations, static files'
	@echo 'make prove   the large counts'
	@echo 'make bench   the benchmark (JSON=path)'

demo:
	@"$(PYTHON)" tools/bootstrap.py runtime && exec $(RUN) manage.py demo

setup:
	@"$(PYTHON)" tools/bootstrap.py runtime && exec $(RUN) manage.py prepare

reset:
	@"$(PYTHON)" tools/bootstrap.py reset

test:
	@"$(PYTHON)" tools/bootstrap.py all && exec $(RUN) -m tools.run_tests

check:
	@"$(PYTHON)" tools/bootstrap.py all && exec $(RUN) -m tools.check

prove:
	@"$(PYTHON)" tools/bootstrap.py all && exec $(RUN) -m tools.run_tests prove

bench:
	@"$(PYTHON)" tools/bootstrap.py all && exec $(RUN) -m tools.run_tests bench $(JSON)
