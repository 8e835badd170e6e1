# make run     the window, on a made-up service if there is no other
# make test    everything that must hold before a change is taken in
# Both make .venv first, with the Debian packages it needs.

PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen
READY := .venv/ready

.PHONY: setup run test pytest pytest-window pytest-others lint format bench reliability shots e2e lock clean
.DEFAULT_GOAL := setup

setup: $(READY)

$(READY): requirements-dev.txt pyproject.toml setup.py .ci/debian-packages
	.ci/debian-packages window
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat -e .
	touch $@

run: setup
	$(BIN)/iro-allocator $(or $(FILE),--sample)

# The window's tests beside the others, which give way to them: they wait for events, and two cores are enough for both.
test: setup
	.ci/debian-packages database
	$(MAKE) --no-print-directory --output-sync=target -j2 pytest-window pytest-others lint

pytest-window: setup
	$(BIN)/pytest tests/ui tests/paper

pytest-others: setup
	nice $(BIN)/pytest --ignore=tests/ui --ignore=tests/paper

pytest: setup
	.ci/debian-packages database
	$(BIN)/pytest $(ARGS)

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup
	$(PY) -m tests.bench

# A hundred thousand bent files through every reader, RUNS=2000 for a quick look; and what must always hold, on
# examples that no run before has seen.
reliability: setup
	$(BIN)/pytest -m hypothesis --hypothesis-profile=fresh --randomly-seed=default
	$(PY) -m tests.reliability --runs $(or $(RUNS),100000) --seed $(or $(SEED),2017) --jobs $(or $(JOBS),2)

# Every page of the made-up service, light and dark, into docs/screenshots.
shots: setup
	$(OFFSCREEN) $(PY) -m tests.shots

# The window under a real X server, driven by mouse and keys.
e2e: setup
	.ci/debian-packages e2e
	$(PY) -m tests.e2e

# The exact versions with their hashes, after a change in pyproject.toml. UPGRADE=--upgrade takes the newest.
UV := .cache/uv/bin/uv
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-strip-extras --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml
lock: $(UV)
	$(LOCK) -o requirements.txt
	$(LOCK) --extra dev -o requirements-dev.txt

$(UV):
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv

clean:
	rm -rf .venv .cache build dist *.egg-info .*_cache .hypothesis .benchmarks .coverage
	find . -name __pycache__ -prune -exec rm -r {} +
