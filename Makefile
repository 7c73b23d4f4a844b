# The two commands: `make up` starts everything with the demo, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-of-lock
CONFIG ?= examples/demo.toml
HOST   ?=

.PHONY: env up test test-long check bench lock browser

env: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

up: env
	@exec $(BIN)/pulse up --config $(CONFIG) $(if $(HOST),--host $(HOST))

test: env
	$(BIN)/python -m pytest -m "not long"

test-long: env
	$(BIN)/python -m pytest -m long

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: env
	$(BIN)/python -m bench $(NAME)

lock:
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --all-extras \
	  --python-version 3.11 --output-file requirements.lock pyproject.toml
