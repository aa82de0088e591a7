# make test | demo | bench | corpus | docs | lock | clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests start hundreds of processes: without this, each may compile the package anew.
unexport PYTHONDONTWRITEBYTECODE
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
PEERS := .venv-bench
PEERS_LOCKED := $(PEERS)/.locked
PROJECT := scaffold/template/{{cookiecutter.project_slug}}
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock, in the repository of ml-api-kit"

.PHONY: test lint types contract unit suite template docs demo bench corpus lock clean
.DEFAULT_GOAL := test

# Everything that is checked before a change lands. The tests keep two cores busy by themselves.
test: $(INSTALLED)
	$(MAKE) --jobs=2 --output-sync lint types contract docs
	$(MAKE) unit

$(LOCKED): requirements-dev.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# Anew when the metadata changes, which the README is part of.
$(INSTALLED): $(LOCKED) pyproject.toml README.md ml_api_kit/__init__.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

contract: $(INSTALLED)
	$(BIN)/lint-imports

# Two workers, one per core of the smallest machine this is tested on.
unit: $(INSTALLED) suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The official tests of JSON Schema, out of the source distribution of jsonschema.
suite: $(INSTALLED)
	$(BIN)/python -m tests.schemas.suite

docs: $(INSTALLED)
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

demo: $(INSTALLED)
	$(BIN)/python examples/demo.py

# What this package is compared with has an environment of its own, which nothing else needs.
$(PEERS_LOCKED): requirements-bench.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	touch $@

bench: $(INSTALLED) $(PEERS_LOCKED)
	$(BIN)/python -m tests.bench

# Notebooks that lie outside the repository: make corpus LIST=dev.json FOLDER=notebooks
corpus: $(INSTALLED)
	$(BIN)/python -m tests.corpus $(LIST) $(FOLDER)

# Resolves all dependencies anew: this repository's, and those of generated projects.
lock: $(INSTALLED)
	$(BIN)/$(COMPILE) --upgrade pyproject.toml --all-extras --group dev --group docs \
		-o requirements-dev.txt
	$(BIN)/$(COMPILE) --upgrade --group bench -c requirements-dev.txt -o requirements-bench.txt
	$(BIN)/$(COMPILE) --upgrade --generate-hashes pyproject.toml scaffold/locks/runtime.in \
		--extra gcp --extra jwt --extra redis --extra serve -o "$(PROJECT)/requirements.txt"
	$(BIN)/$(COMPILE) --upgrade --generate-hashes -c "$(PROJECT)/requirements.txt" \
		pyproject.toml scaffold/locks/development.in \
		--extra gcp --extra jwt --extra redis --extra serve --extra load -o "$(PROJECT)/requirements-dev.txt"

clean:
	rm -rf $(VENV) $(PEERS) .suite demo docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
