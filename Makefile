# Everything a developer types. `make run` and `make test` need nothing but Python 3.11 or newer, git and make:
# they make .venv and install into it what constraints.txt pins, the first time and whenever that changes.

PORT ?= 8000
DATA ?= data
VENV := .venv
BIN := $(VENV)/bin
PYTEST_OPTIONS ?= -n auto --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PACKAGES := kernel branches patrons catalog notices transit circ purchasing search web migrations bench
SOURCES := $(PACKAGES) tests docs/tools .ci

.DEFAULT_GOAL := help
.PHONY: help run test check sure bench docs constraints clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Options: make run PORT=8123 DATA=folder, make test COVERAGE=1, make test TESTS=tests/circ"

run: $(VENV)/run.stamp ## set up, make a demo county once, serve it on http://127.0.0.1:8000
	@TONGJIE_DATA_DIR="$(DATA)" exec $(BIN)/tongjie demo --port $(PORT)

test: $(VENV)/dev.stamp ## set up and run all tests
	@$(BIN)/python -m pytest $(PYTEST_OPTIONS) $(if $(COVERAGE),--cov --cov-report=term:skip-covered) $(TESTS)

check: $(VENV)/dev.stamp ## format, lint, types, import contracts, pins, and what no file may say
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/tidy.py

sure: check test ## check and test: a change is ready when this passes

bench: $(VENV)/dev.stamp ## measure and write docs/performance.md (BENCH_RECORDS=100000 for the search index)
	@$(BIN)/python -m bench

docs: $(VENV)/dev.stamp ## write the tables of docs/reference.md and docs/circulation.md anew from the definitions
	@$(BIN)/python docs/tools/reference.py
	@$(BIN)/python docs/tools/checkins.py
	@$(BIN)/python docs/tools/status_acts.py

constraints: $(VENV)/dev.stamp ## pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --upgrade --universal --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url -o constraints.txt

clean: ## remove the virtual environment and what tools left behind (the data folder stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov build dist
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(VENV)/run.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing Tongjie into $(VENV) ..."
	@$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing Tongjie and its tools into $(VENV) ..."
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/run.stamp

# A virtual environment that was copied, or whose Python is gone, is made anew.
$(VENV)/made.stamp:
	@sh .ci/make-venv $(VENV)
	@touch $@

ifeq ($(shell test -e $(BIN)/python && $(BIN)/python -c "import pip" 2>/dev/null && echo usable),)
.PHONY: $(VENV)/made.stamp
endif
