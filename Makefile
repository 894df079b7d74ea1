NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done),python3)
RUN = .venv/bin/
WORKERS ?= auto
# Modules that were read once are kept compiled, also where the machine says otherwise: the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-reset test check fix bench bench-full round crash mutants screens docs lock setup setup-test node

demo: setup
	@$(RUN)throughcare demo

demo-reset: setup
	@$(RUN)throughcare demo --start-over

test: setup-test node
	$(RUN)python -m pytest -n $(WORKERS) --dist worksteal

crash: setup-test
	$(RUN)python -m pytest tests/crash --kills 50

mutants: setup-test
	$(RUN)python tests/mutation/run.py

check: setup-test
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports

fix: setup-test
	$(RUN)ruff format .
	$(RUN)ruff check --fix .

bench-full: setup-test
	$(RUN)python tests/bench/growth.py

bench: setup-test
	$(RUN)python tests/bench/run.py

round: setup-test
	$(RUN)python tests/browser/round_of_115.py

screens: setup-test
	$(RUN)python tests/browser/screens.py

docs: setup-test
	$(RUN)python -m services.settings > deploy/environment.md
	$(RUN)python -m services.commands.manual > docs/commands.md
	$(RUN)python -m services.exchange.manual > docs/exchange.md
	$(RUN)python -m services.access.roles.manual > docs/security/roles.md
	$(RUN)python -m cascade.manual

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --extra hsm pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --all-extras -c requirements.lock pyproject.toml -o tests/requirements.lock
	echo mutmut | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" - -o tests/mutation/requirements.lock

setup:
	@$(PYTHON) deploy/setup.py

setup-test:
	@$(PYTHON) deploy/setup.py --test

node:
	@if command -v npm >/dev/null && ! [ tests/node/node_modules/.package-lock.json -nt tests/node/package-lock.json ]; then \
		npm ci --prefix tests/node --no-audit --no-fund --silent; fi
