# ShopOps: `make` prints the targets. PORT and STATE (the data folder) can be set: make run PORT=8001 STATE=/srv/demo

PORT ?= 8000
export PORT STATE
PYTHON := .venv/bin/python
# The newest Python this project is tested with, else whatever python3 is.
FIND_PYTHON := for name in python3.13 python3.12 python3.11 python3; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done

.DEFAULT_GOAL := help
.PHONY: help install run reset test bench lint format messages shell clean

help: ## print the targets
	@echo "ShopOps. Targets:"
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo "Variables: PORT=$(PORT), STATE=$(or $(STATE),.state) (data folder); make test ARGS='tests/orders -k late'"

install: ## make the environment in .venv and compile the translations
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "ShopOps needs Python 3.11 or newer, and there is none on PATH." >&2; exit 1; fi; \
	"$$python" scripts/install.py

run: install ## start ShopOps with a demo marketplace; Ctrl-C stops it
	@$(PYTHON) -m shopops.embedded run

reset: install ## delete the data of the demo
	@$(PYTHON) -m shopops.embedded reset

test: install ## run all tests in parallel; ARGS="..." goes to pytest, BROWSER_TESTS=1 insists on the browser tests
	@./scripts/chromium
	@$(PYTHON) -m pytest -n auto --maxprocesses 8 $(ARGS)

bench: install ## measure the promises of speed; ROWS=notice SIZES="emails=2000 recipients=10000" WRITE=1 (docs/benchmarks.md)
	@$(PYTHON) manage.py bench --rows "$(ROWS)" $(foreach size,$(SIZES),--size $(size)) $(if $(WRITE),--write)

lint: install ## check style, types, floors and migrations
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@PYTHONPATH=warnings .venv/bin/lint-imports --no-logo
	@$(PYTHON) manage.py makemigrations --check --dry-run

format: install ## put the code into the project's style
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

messages: install ## collect new texts for translation and compile the translations
	@$(PYTHON) -m shopops.i18n update
	@$(PYTHON) -m shopops.i18n compile
	@$(PYTHON) -m shopops.i18n check

shell: install ## open a Python shell with the models
	@$(PYTHON) manage.py shell

clean: ## delete the environment, caches and the data of the tests; the demo's data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles test-results
	rm -rf $(or $(STATE),.state)/test
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
