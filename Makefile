# Two commands on a fresh machine: `make run` and `make test`.  Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test fast explore lint lock case accept templates docs bench clean

run: .venv/ready
	$(BIN)/score run

test: .venv/ready lint
	$(BIN)/python -m pytest -n auto

fast: .venv/ready
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow and not nights and not libreoffice and not chromium"

explore: .venv/ready # properties with cases nobody has seen, ten times as many; what fails becomes a test
	TIMES=10 $(BIN)/python -m pytest -n auto --hypothesis-profile new $(shell grep -l hypothesis tests/test_*.py)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch .venv/ready

lock: # the versions in use, with hashes; names no host
	$(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-find-links --generate-hashes --allow-unsafe --strip-extras --extra dev -o requirements.lock pyproject.toml

case: .venv/ready # the shipped workbooks again, from tests/case/
	$(BIN)/python -m tests.case.make

accept: .venv/ready # what the documents of the real case say, again, into tests/golden/; review the difference
	$(BIN)/python -m tests.golden

templates: .venv/ready # the shipped Word templates again; edit them in Word instead
	$(BIN)/python -m templates.making.donor_report
	$(BIN)/python -m templates.making.newsletter

docs: .venv/ready # docs/rules.md again, from the messages and the rules
	$(BIN)/python -m docs.making.rules

bench: .venv/ready .venv/bench/ready # reading, checking, Word and answers beside the libraries of the field; a quarter of an hour
	$(BIN)/python -m benchmarks.read
	.venv/bench/bin/python -m benchmarks.check
	$(BIN)/python -m benchmarks.word --large
	$(BIN)/python -m benchmarks.answer

.venv/bench/ready: pyproject.toml | .venv/ready # pandera and frictionless in a place of their own: they are no part of the product
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch .venv/bench/ready

clean:
	rm -rf .venv var archive reports/20* reports/feedback
