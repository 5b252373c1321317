# `make demo` and `make test` are the only set-up there is: either makes .venv and installs everything first.
#
#   make test PYTHON=python3.12               another Python than the first one found
#   make test TORCH=path/to/torch.whl         another torch than the pinned one: a wheel or a requirement

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
PYTHON = $(shell sh scripts/find_python.sh)
TORCH =
SPRITES =
ARGS =
# One thread a process: numba's kernels would give torch more, and two processes of two threads wait for each other.
# Bytecode is kept, else each of some twenty processes compiles all of torch anew.
TESTING := OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=

.PHONY: help demo test slow check bench pretrained docs dist clean
.DELETE_ON_ERROR:

help: ## list what make can do
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(READY) ## train six models on real sprites and write the page demo/index.html
	@$(BIN)/spriteloom demo --out demo

test: $(READY) ## run the tests, without those marked slow, network or gpu
	@$(TESTING) $(BIN)/pytest -n auto --dist worksteal $(ARGS)

slow: $(READY) ## run the tests that take minutes
	@$(TESTING) $(BIN)/pytest -m "slow and not network and not gpu" -n auto --dist loadfile $(ARGS)

check: $(READY) ## check lint, format, types and the order of imports
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest tests/test_floors.py

bench: $(READY) ## time codecs and sampling, minutes: benchmarks/codec.json, benchmarks/sampling.json
	@for name in codec sampling; do \
		$(BIN)/python benchmarks/$$name.py --json > benchmarks/.$$name.part \
			|| { rm -f benchmarks/.$$name.part; exit 1; }; \
		mv benchmarks/.$$name.part benchmarks/$$name.json; \
		echo "benchmarks/$$name.json is written"; \
	done

MODEL ?= tiles-32
pretrained: $(READY) ## train a shipped model anew, four hours on two cores: make pretrained SPRITES=cc0-sprites.tgz
	@test -n "$(SPRITES)" || { echo "name the archive or folder of CC0 sprites: make pretrained SPRITES=…"; exit 1; }
	@$(BIN)/python scripts/pretrained.py $(MODEL) "$(SPRITES)"

docs: $(VENV)/.docs ## build the documentation site/index.html, strictly
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "site/index.html is written"

dist: $(VENV)/.dist ## build and check the wheel and the source archive, in dist/
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist . > /dev/null
	@$(BIN)/twine check --strict dist/*

clean: ## remove the environment, the demo, builds and caches
	rm -rf $(VENV) demo build dist site .pytest_cache .mypy_cache .ruff_cache src/*.egg-info
	find src tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml scripts/install.py
	@python="$(PYTHON)"; test -n "$$python" && "$$python" scripts/install.py --into $(VENV) --torch "$(TORCH)"
	@touch $@

# Tools of one target each: they are not in the way of `make test`.
$(VENV)/.docs $(VENV)/.dist: $(VENV)/.%: $(READY)
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint $(VENV)/torch.txt --editable ".[$*]"
	@touch $@
