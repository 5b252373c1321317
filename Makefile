# `make demo` and `make test` are the only set-up there is: either makes .venv and installs everything first.
#
#   make test PYTHON=python3.12               another Python than the first one found
#   make test TORCH=path/to/torch.whl         another torch than the pinned one: a wheel or a requirement

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
PYTHON = $(shell sh scripts/find_python.sh)
TORCH =

.PHONY: help demo test check bench clean
.DELETE_ON_ERROR:

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(READY) ## train six models on real sprites, write the page demo/index.html
	@$(BIN)/spriteloom demo --out demo

test: $(READY) ## the tests, without the slow ones and those that need a network or a GPU
	@$(BIN)/pytest

check: $(READY) ## lint, format, types, floors
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy src scripts
	@$(BIN)/pytest tests/test_floors.py

bench: $(READY) ## time compiled codecs against the network, into benchmarks/codec.json
	@mkdir -p benchmarks
	@$(BIN)/spriteloom bench codec --json > benchmarks/.codec.part || { rm -f benchmarks/.codec.part; exit 1; }
	@mv benchmarks/.codec.part benchmarks/codec.json
	@echo "benchmarks/codec.json is written"

clean: ## remove what was made here: environment, demo, caches
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache src/*.egg-info
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml scripts/install.py
	@python="$(PYTHON)"; test -n "$$python" && "$$python" scripts/install.py --into $(VENV) --torch "$(TORCH)"
	@touch $@
