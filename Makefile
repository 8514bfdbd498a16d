# Each target works on a fresh machine with Python 3.11 or newer, its venv and pip, make and git.
# A stamp under .venv stands for what is done already, so that nothing is done twice.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
CHROMIUM := chromium fonts-liberation
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
BASELINES := memory rules linear crf
SHOW := $(BIN)/dateline show putin-araghchi --paragraphs 3

CODE := $(shell find eval/dateline -name '*.py')
SYSTEMS := $(shell find baselines -name '*.py' -o -name '*.txt')
SOURCE := $(shell find corpus annotations -type f)
BOARD := $(shell find eval/leaderboard -type f)

.PHONY: leaderboard test test-all lint studio browser screenshot bench clean

## leaderboard: check, build, run the baselines, score, verify against seqeval, print
leaderboard: .venv/ranked
	@cat eval/leaderboard/README.md

## test: all tests that are not slow, with few examples of each property
test: .venv/dev .venv/ranked
	DATELINE_TESTS=quick $(BIN)/pytest -m 'not slow' --numprocesses auto

## test-all: the whole suite; a file's tests share a server, and so a process
test-all: .venv/dev .venv/ranked
	$(BIN)/pytest --numprocesses auto --dist loadfile

## lint: style, types, import layers
lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

## studio: install Label Studio, for `dateline studio` and its tests
studio: .venv/studio

## browser: install what tests drive the labelling page with, and Chromium if there is none (Debian)
browser: .venv/browser
	which chromium || which chromium-browser || \
	  { $(SUDO) apt-get update && $(SUDO) apt-get install --yes --no-install-recommends $(CHROMIUM); }

## screenshot: take the picture of the labelling page anew
screenshot: .venv/studio browser
	$(BIN)/python tests/screenshot.py annotations/page.png

## bench: measure, and write eval/BENCHMARKS.md
bench: .venv/studio .venv/dev
	$(BIN)/python -m bench.studio
	$(BIN)/python -m bench.statistics
	$(BIN)/python -m bench.scoring

clean:
	rm -rf .venv

.venv/pip: constraints.txt
	$(PYTHON) -m venv .venv
	@touch $@

.venv/core: .venv/pip pyproject.toml
	$(PIP) --editable '.[baselines]'
	@touch $@

.venv/dev: .venv/core
	$(PIP) --editable '.[dev,spacy]'
	@touch $@

.venv/studio: .venv/core
	$(PIP) --editable '.[studio]'
	@touch $@

.venv/browser: .venv/core
	$(PIP) --editable '.[browser]'
	@touch $@

# The names of all that goes in or comes out: what is deleted is noticed, too.
NAMES = find corpus annotations eval/leaderboard -type f | LC_ALL=C sort
.venv/names: .venv/core FORCE
	@$(NAMES) | cmp -s - $@ || $(NAMES) > $@

FORCE:

.venv/built: .venv/core .venv/names $(CODE) $(SOURCE)
	$(BIN)/dateline build
	$(SHOW) --svg corpus/paragraph-light.svg
	$(SHOW) --svg corpus/paragraph-dark.svg --dark
	$(BIN)/dateline check
	@touch $@

.venv/ranked: .venv/built $(SYSTEMS) $(BOARD)
	for name in $(BASELINES); do \
	  $(BIN)/dateline predict baselines.$$name:build --anew \
	    --output eval/leaderboard/$$name/predictions.jsonl || exit; \
	done
	$(BIN)/dateline rank > /dev/null
	@$(NAMES) > .venv/names
	@touch .venv/built $@
