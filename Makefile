# What a person does with EventHub from the command line. Each step leaves a stamp in .venv, so that a second
# call does nothing and a changed lock file redoes only its own part.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run demo test check bench lock

PYTHON ?= $(shell tools/python.sh)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard eventhub/translations/*/LC_MESSAGES/messages.po))
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

help:  ## Show what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10 | sed 's/^/  make /'

setup: .venv/.app .venv/.project eventhub/static/dist/manifest.json $(CATALOGUES)  ## Build the environment, the front end and the translations

run: setup  ## Serve EventHub with demo data and its worker on http://127.0.0.1:8000 (PORT=...)
	@$(BIN)/eventhub migrate
	@$(BIN)/eventhub demo --if-empty
	@exec $(BIN)/eventhub serve --with-worker

demo: setup  ## Fill an empty database with demo data, once
	@$(BIN)/eventhub migrate
	@$(BIN)/eventhub demo --if-empty

test: setup .venv/.dev  ## Run every test, in a real browser too (BROWSER_REQUIRED=1: fail without one)
	@tools/test.sh

check: setup .venv/.dev  ## Check style, types, the rules of the house, page weight and translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/house
	@$(BIN)/python -m tests.house.sizes
	@cd frontend && ../tools/node.sh node build.mjs --check
	@$(BIN)/python tools/translations.py

bench: setup .venv/.dev  ## Measure speed and races on both databases, a line of JSON each
	@$(BIN)/python -m bench.yardstick
	@for database in sqlite postgresql; do \
		for what in page page304 feed feed304 registration scan; do \
			$(BIN)/python -m bench.load --what $$what --database $$database --seconds 10; \
		done; \
		$(BIN)/python -m bench.race --places 50 --clients 200 --processes 4 --database $$database; \
		$(BIN)/python -m bench.crash --kills 20 --database $$database; \
		$(BIN)/python -m bench.crowd --database $$database; \
		$(BIN)/python -m bench.gate --database $$database; \
	done

lock: .venv/.dev  ## Choose the newest allowed packages and write all lock files
	@cd requirements && ../$(LOCK) app.in -o app.txt
	@cd requirements && ../$(LOCK) dev.in -o dev.txt
	@cd requirements && ../$(LOCK) node.in -o node.txt
	@cd frontend && ../tools/node.sh npm update --package-lock-only --ignore-scripts
	@sed -i.old '/"resolved":/d' frontend/package-lock.json && rm frontend/package-lock.json.old

.venv/bin/python:
	@python="$(PYTHON)"; if [ -z "$$python" ]; then echo "EventHub needs Python 3.11 or newer" >&2; exit 1; fi; \
	"$$python" -m venv .venv

.venv/.app: requirements/app.txt | .venv/bin/python
	@echo "Installing the packages EventHub runs on"
	@$(PIP) --require-hashes -r $<
	@touch $@

.venv/.project: pyproject.toml .venv/.app
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.app
	@echo "Installing the packages EventHub is tested with"
	@$(PIP) --require-hashes -r $<
	@touch $@

.venv/.npm: frontend/package-lock.json | .venv/.app
	@echo "Installing the packages of the front end"
	@cd frontend && ../tools/node.sh npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

eventhub/static/dist/manifest.json: .venv/.npm $(FRONTEND)
	@cd frontend && ../tools/node.sh node build.mjs
	@touch $@

%.mo: %.po | .venv/.app
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
