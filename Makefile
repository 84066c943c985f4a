# The same words in the README, in CI and at your desk. Works with any make, GNU 3.81 included.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14 python
FITS := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PIP := $(BIN)/python -m pip
RUNTIME := src/clickmend/server/web/onnxruntime/ort.wasm.bundle.min.mjs
INSTALL = $(PIP) install --disable-pip-version-check --constraint constraints.txt \
  --build-constraint constraints.txt

.PHONY: help run test environments check check-page page-runtime docs bench clean

help:
	@echo "make run     open the page (the first time installs what it needs)"
	@echo "make page-runtime    fetch ONNX Runtime for the browser by npm (14 MB; optional)"
	@echo "make test    run the tests"
	@echo "make environments    make those of other tools, whose libraries the tests ask (optional)"
	@echo "make check   style, types, floors"
	@echo "make docs    build the documentation into site/"
	@echo "make bench   measure the shipped network on your data (CLICKMEND_DATA)"
	@echo "make clean   remove what was made, but for $(VENV) and .environments"
	@echo "ARGS='...' goes to the command; PYTHON=... chooses the Python."

run: $(VENV)/.installed
	@$(BIN)/clickmend run $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -m "not gpu" $(ARGS)

# Label Studio's and MONAI Label's clients, napari, Ray, accelerate: what asks them is skipped without.
environments: $(VENV)/.test
	$(BIN)/python tests/environments.py

check: $(VENV)/.check check-page
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports
	$(BIN)/python -c "import sys, clickmend; sys.exit('torch' in sys.modules and 'import clickmend loads torch')"

check-page:
	@if command -v npm >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory node_modules/.installed && \
	  echo "node_modules/.bin/tsc --project src/clickmend/server/web/jsconfig.json" && \
	  node_modules/.bin/tsc --project src/clickmend/server/web/jsconfig.json; \
	else \
	  echo "skipped: the types of the page's JavaScript, for there is no npm here"; \
	fi

# What lets the page answer clicks itself; other people's code, so it is fetched and not kept here.
page-runtime: $(VENV)/.installed
	@if command -v npm >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory $(RUNTIME); \
	else \
	  echo "skipped: ONNX Runtime for the browser, for there is no npm here"; \
	fi

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html is built"

bench: $(VENV)/.installed
	@mkdir -p benchmarks/out
	$(BIN)/clickmend bench interactive --out benchmarks/out/interactive $(ARGS)

clean:
	rm -rf build dist site .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp for each thing installed, so that a second call has nothing to do.

$(VENV)/.made:
	@for python in $(PYTHONS); do \
	  if "$$python" -c '$(FITS)' >/dev/null 2>&1; then \
	    echo "$$python -m venv $(VENV)"; \
	    "$$python" -m venv $(VENV) && touch $@; \
	    exit; \
	  fi; \
	done; \
	echo "clickmend needs Python 3.11 or newer with its venv module, and none was found." >&2; \
	echo "Debian and Ubuntu: apt install python3-venv. macOS: brew install python@3.13." >&2; \
	echo "Or say where it is: make run PYTHON=/path/to/python3" >&2; \
	exit 1

# pip first: the one that comes with Python may know neither groups nor build constraints.
$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) install --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(INSTALL) --editable '.[bench]'
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(INSTALL) --editable '.[train,postgres]' --group test
	@touch $@

$(VENV)/.check: $(VENV)/.installed
	$(INSTALL) --group check
	@touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(INSTALL) --group docs
	@touch $@

$(RUNTIME): src/clickmend/server/runtime.py
	$(BIN)/python -m clickmend.server.runtime

node_modules/.installed: package.json
	npm install --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@
