PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test check evaluate bench chaos lock clean

help: ## List what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## Migrate, load config/ and serve on PORT (default 8000)
	@$(BIN)/responder run

test: $(READY) ## Run the whole suite (ARGS="-k stop" picks tests)
	@$(BIN)/pytest $(ARGS)

check: $(READY) ## Lint, format, types, imports and documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/responder check config
	$(BIN)/pytest -q tests/docs

evaluate: $(READY) ## Print how well texts are understood (HAM=FILE: real messages, one a line; MISSES=1)
	@$(BIN)/python -m tests.understanding.evaluate $(if $(HAM),--ham $(HAM)) $(if $(MISSES),--misses)

bench: $(READY) ## Measure against the floor (QUICK=1: four minutes; BASE=1, PROOF=1, RELOAD=1: others)
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(if $(BASE),--base) $(if $(PROOF),--proof) \
		$(if $(RELOAD),--reload)

chaos: $(READY) ## Kill and disturb it for three minutes, then count what was promised (SEED=n, SECONDS=n)
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

lock: ## Pin every dependency with its hashes in requirements.txt (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements.txt

clean: ## Remove the environment and the caches (var/ stays)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11, or run make PYTHON=python3.x"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: apt-get install python3.11-venv"; exit 1; }
	@echo "Installing the pinned packages into $(VENV) (once; about half a minute)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
