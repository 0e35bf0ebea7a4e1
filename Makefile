# ShelfLens. Every target works from a clean clone with Python 3.11+ and make.
#   make run      serve pages and API on http://localhost:8501   (PORT=, SHELFLENS_DATA=)
#   make test     run every test
#   make check    format, lint, types, docs
#   make bench    measured speed and memory of this machine
#   make bench-vlm  the same of the vision-language engine, on random weights (4.3 GB, made once)
#   make torch    add torch by hand: TORCH=gpu, or TORCH_INDEX=<address of an index with CPU builds>
#   make samples  draw data/samples again (needs the fonts named in scripts/draw_samples.py)
#   make screenshots  take docs/screenshots again (needs Debian's chromium)

PORT ?= 8501
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
BIN = .venv/bin
TORCH ?= cpu
TORCH_INDEX ?=
SETUP = $(PYTHON) scripts/setup_env.py --torch "$(TORCH)" --torch-index "$(TORCH_INDEX)"

.PHONY: run test check format bench bench-vlm torch samples screenshots setup setup-dev clean

run: setup
	$(BIN)/streamlit run Home.py --server.port $(PORT)

test: setup-dev
	$(BIN)/python -m pytest $(ARGS)

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_docs.py tests/unit/test_layers.py

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev
	$(BIN)/python -m tests.bench $(ARGS)

bench-vlm: setup-dev
	$(BIN)/python -m tests.bench.vlm $(ARGS)

samples: setup-dev
	$(BIN)/python -m scripts.draw_samples

screenshots: setup-dev
	$(BIN)/python -m scripts.take_screenshots

torch:
	$(SETUP) --again

setup:
	@$(SETUP)

setup-dev:
	@$(SETUP) --dev

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
