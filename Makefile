# Everything one does here. `make test` is word for word what .ci/run runs.

unexport PYTHONDONTWRITEBYTECODE
# What is compiled once, test modules above all, need not be compiled by every process again.

PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
LONG := KHUYENHOC_KILLS=200 KHUYENHOC_SEQUENCES=2000
PYTEST := $(BIN)/python -m pytest
# A file stays with one worker, which builds what it needs once (tests/support/sharing.py).
SPREAD := -n $(WORKERS) --dist loadfile -q
# A browser and the site that it looks at wait for each other.
WINDOWS ?= 3
SEEN := -n $(WINDOWS) --dist loadfile -q
LINTERS := lint-types lint-style lint-form lint-imports lint-templates lint-dead-code lint-requirements

.PHONY: help demo test proof lint bench format translations update-requirements setup-runtime setup-dev $(LINTERS)

help: ## say what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup-runtime ## set up, load the demonstration year once, serve on 127.0.0.1:8000 (PORT=8001 make demo)
	@$(BIN)/khuyenhoc demo --port $(PORT)

test: lint ## every check: style, types, imports, templates, then the tests on both engines and in a browser
	$(PYTEST) $(SPREAD) -m "not slow and not browser"
	KHUYENHOC_TEST_DATABASE=postgresql $(PYTEST) $(SPREAD) -m "not slow and not browser"
	$(PYTEST) $(SEEN) -m "browser and not slow"

proof: setup-dev ## the long versions: kill loops, thousands of random sequences, all pages; both engines
	$(LONG) $(PYTEST) $(SPREAD) -m "(slow or long) and not browser"
	$(LONG) KHUYENHOC_TEST_DATABASE=postgresql $(PYTEST) $(SPREAD) -m "(slow or long) and not browser"
	$(PYTEST) $(SEEN) -m "browser"

lint: setup-dev ## style, types, the import contract, templates
	@$(MAKE) --no-print-directory --jobs $(WORKERS) --output-sync=target $(LINTERS)

lint-style:
	$(BIN)/ruff check
lint-form:
	$(BIN)/ruff format --check
lint-types:
	$(BIN)/mypy
lint-imports:
	$(BIN)/lint-imports
lint-templates:
	$(BIN)/djlint --lint --quiet templates
lint-dead-code:
	$(BIN)/vulture
lint-requirements:
	$(BIN)/deptry khuyenhoc

bench: setup-dev ## the measurements of bench/README.md, as ratios within one run
	$(BIN)/python -m bench

format: setup-dev ## put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

translations: setup-dev ## gather new texts into translations/en and compile what is translated
	$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k lazy_pgettext:1c,2 --no-location --sort-output --omit-header -o translations/messages.pot .
	$(BIN)/pybabel --quiet update -i translations/messages.pot -d translations --no-fuzzy-matching --omit-header --ignore-obsolete
	$(BIN)/pybabel --quiet compile --use-fuzzy -d translations
	@rm translations/messages.pot

update-requirements: setup-dev ## take the newest versions that requirements/*.in allow; needs a network
	$(BIN)/uv pip compile --quiet --upgrade $(COMPILE) requirements/runtime.in --output-file requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --upgrade $(COMPILE) requirements/dev.in --output-file requirements/dev.txt

COMPILE := --universal --python-version 3.11 --no-build --generate-hashes --no-emit-index-url \
	--custom-compile-command "make update-requirements"

setup-runtime:
	@.ci/setup runtime

setup-dev:
	@.ci/setup dev
