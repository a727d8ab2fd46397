# Hourglass. Every target sets up what it needs, once, in $(VENV); a second call finds it done.
#
#   make run PORT=8600              another port
#   make run HOST=0.0.0.0           reachable from other machines (see HOURGLASS_HOSTS in the README)
#   make setup TORCH_INDEX=URL      torch and torchvision from another package index, for instance CPU-only builds
#   make test PYTEST_ARGS='-k map'  some of the tests
#   make test WORKERS=0             all in one process, as a debugger wants it

VENV ?= .venv
PYTHON ?=
TORCH_INDEX ?=
HOST ?= 127.0.0.1
PORT ?= 8501
PYTEST_ARGS ?=
WORKERS ?= 2

# What a stamp says was installed; `make clean` forgets it.
RUNTIME := $(VENV)/.hourglass-runtime
DEVELOPMENT := $(VENV)/.hourglass-development
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
APT_INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test lint format bench screenshots browser clean

help:
	@echo "make run     the app, on http://localhost:$(PORT)"
	@echo "make setup   only what run needs, into $(VENV)"
	@echo "make test    lint, types and all tests, with a real Chromium"
	@echo "make lint    formatting, lint, types and the Dockerfile"
	@echo "make format  formats and mends what can be mended"
	@echo "make bench   measures every drag, the map's in detail, and the atlas"
	@echo "make screenshots  shoots every page, light, dark and narrow, into docs/screenshots"
	@echo "make clean   removes $(VENV) and caches"

setup: $(RUNTIME)

run: $(RUNTIME)
	$(VENV)/bin/streamlit run app.py --server.address $(HOST) --server.port $(PORT)

lint: $(DEVELOPMENT)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	@if [ -x $(VENV)/bin/hadolint ]; then \
		echo "$(VENV)/bin/hadolint Dockerfile"; $(VENV)/bin/hadolint Dockerfile; \
	else \
		echo "The Dockerfile goes unlinted: hadolint has no build for this machine."; \
	fi

format: $(DEVELOPMENT)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

test: lint browser
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench: $(DEVELOPMENT) browser
	-$(VENV)/bin/python -m autoencoders bench drag
	-$(VENV)/bin/python -m autoencoders bench drag --all
	$(VENV)/bin/python -m autoencoders bench atlas

screenshots: $(DEVELOPMENT) browser
	$(VENV)/bin/python -m docs.capture screenshots

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Without a Chromium the browser tests fail and say what to install; root on Debian is spared that.
browser:
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get; then \
		apt-get update && $(APT_INSTALL) chromium fonts-dejavu-core; \
	fi >&2

$(RUNTIME): requirements.txt constraints.txt | $(VENV)/bin/pip
	$(if $(TORCH_INDEX),grep -E '^torch(vision)?==' requirements.txt > $(VENV)/torch.txt)
	$(if $(TORCH_INDEX),$(PIP) install --extra-index-url '$(TORCH_INDEX)' -r $(VENV)/torch.txt -c constraints.txt)
	$(PIP) install -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(PIP) install -r requirements-dev.txt
	@touch $@

# bin/pip and not bin/python: a Debian without python3-venv makes an environment without pip.
$(VENV)/bin/pip:
	@for candidate in $(PYTHON) python3.11 python3 python3.12 python3.13; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Hourglass needs Python 3.11 or newer; install it or say where it is: make PYTHON=/path/to/python3." >&2; exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update && $(APT_INSTALL) "$$(basename $$found)-venv"; \
		else \
			echo "$$found cannot make virtual environments; install it with: apt-get install $$(basename $$found)-venv" >&2; exit 1; \
		fi; \
	fi && \
	$$found -m venv $(VENV)
