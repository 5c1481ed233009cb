# What a developer does here, one word each; `make` alone prints them.

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
MO := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
TUS := tests/tus-js/node_modules/.package-lock.json
SCRATCH := build/check
PIN := ../$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links $(ARGS)
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2 \
	--add-location=file --sort-by-file --project=kodutee --copyright-holder="" -o build/messages.pot .

# Some images set it; then each process that a test starts would compile the whole portal first.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check .types .rules translate migrate bench lock
.DELETE_ON_ERROR:

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run $(MO) ## start the demonstration at http://localhost:8000 (PORT=8080: elsewhere)
	@export KODUTEE_DEMO=1 KODUTEE_PORT=$(PORT); $(BIN)/portal demo && exec $(BIN)/portal run

test: .venv/.dev $(MO) ## run every test, on real databases, stores and browsers (ARGS="-k word": some)
	@setup/debian
	@$(MAKE) --no-print-directory $(TUS)
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.dev $(MO) ## what must hold before a change is handed in, in a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory --output-sync=target -j 2 .types .rules

.types:
	$(BIN)/mypy

.rules:
	rm -rf $(SCRATCH) && mkdir -p $(SCRATCH)
	KODUTEE_VAR=$(SCRATCH) $(BIN)/alembic upgrade head
	KODUTEE_VAR=$(SCRATCH) $(BIN)/alembic check
	$(BIN)/pytest -q tests/test_architecture.py tests/test_house_rules.py

translate: .venv/.dev ## bring new and changed sentences into translations/
	mkdir -p build && $(EXTRACT)
	$(BIN)/pybabel update --no-fuzzy-matching --ignore-obsolete -i build/messages.pot -d translations

migrate: .venv/.dev ## write a migration from the tables' changes (M="what changes")
	$(if $(M),,$(error say what changes: make migrate M="add the colour of the door"))
	rm -rf $(SCRATCH) && mkdir -p $(SCRATCH)
	KODUTEE_VAR=$(SCRATCH) $(BIN)/alembic upgrade head
	KODUTEE_VAR=$(SCRATCH) $(BIN)/alembic revision --autogenerate -m "$(M)"

bench: .venv/.dev $(MO) ## measure; see benchmarks/
	@for each in benchmarks/[a-z]*.py; do echo "== $$each"; PYTHONPATH=. $(BIN)/python "$$each" || exit 1; done

# A lock says what and which hash, never from where: `resolved` and `funding` would be addresses.
lock: .venv/.dev ## pin what requirements/*.in ask for, with hashes (ARGS=--upgrade: the newest)
	cd requirements && $(PIN) build.in -o build.txt
	cd requirements && $(PIN) run.in -o run.txt
	cd requirements && $(PIN) dev.in -c run.txt -o dev.txt
	cd requirements && $(PIN) scale.in -c run.txt -o scale.txt
	cd requirements && $(PIN) notify.in -c run.txt -o notify.txt
	cd tests/tus-js && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
	sed -z -i -E 's/,\n *"funding": \{[^}]*\}//g' tests/tus-js/package-lock.json

.venv/.run: requirements/build.txt requirements/run.txt pyproject.toml setup/venv
	PYTHON=$(PYTHON) setup/venv requirements/run.txt
	@touch $@

.venv/.dev: requirements/build.txt requirements/dev.txt pyproject.toml setup/venv
	PYTHON=$(PYTHON) setup/venv requirements/dev.txt
	@touch .venv/.run $@

%.mo: %.po | .venv/.run
	$(BIN)/pybabel -q compile -i $< -o $@

$(TUS): tests/tus-js/package-lock.json
	npm ci --prefix tests/tus-js --no-audit --no-fund
	@touch $@
