# ogpld: `make serve` builds the shipped data and serves it, `make test` runs what needs no system package.

PYTHON ?= python3
PORT ?= 8000
HOME_DIR ?= var
VENV := .venv
BIN := $(VENV)/bin
EDITOR := ogpld/web/static/editor
ENGINE := ogpld/export/browser
COUNTERPARTS := .counterparts
EXTRAS := cluster telemetry dev
# one worker more than processors, at most four (tests/conftest.py): tests often wait for what they started
PYTEST := $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --no-loadscope-reorder --dist loadfile
LOCALE := ogpld/web/locale

# modules are compiled once: without it each process that starts, and each test worker, compiles them again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help serve build editor engine wheel release lock third-party messages test long browser \
  counterpart-tests faults soak nightly bench agents counterparts harvest lint clean

help:
	@echo "make serve [PORT=8000] [HOME_DIR=var]   install, build the shipped data, serve it"
	@echo "make editor                             fetch the query editor (needs Node; serve tries it)"
	@echo "make engine                             fetch the SPARQL engine for browsers that exports need (needs Node)"
	@echo "make wheel                              pack ogpld with the query editor into dist/ (needs Node)"
	@echo "make release [REHEARSE=1]               wheel, sdist, SBOMs and digests in dist/, tried in empty environments"
	@echo "make lock                               renew deploy/requirements*.lock from constraints.txt (needs uv)"
	@echo "make third-party                        renew THIRD_PARTY.md (needs Node)"
	@echo "make messages                           renew the catalogues of the interface's languages"
	@echo "make test                               run the tests, but for those that take minutes by nature:"
	@echo "make long                               all shipped data, every link, random edits, hostile queries"
	@echo "make browser                            every type of page in a browser, wide and narrow, light and dark"
	@echo "make counterpart-tests                  hold our answers to programs of others"
	@echo "make faults                             kill, damage and fill up, in large numbers"
	@echo "make counterparts                       install programs of others that tests hold our answers to"
	@echo "make harvest                            let a CKAN harvest three releases; shows its figures"
	@echo "make soak                               attack the HTTP edge at full size; prints a table of figures"
	@echo "make nightly [MINUTES=30]               everything at once for half an hour; figures in HOME_DIR/nightly.json"
	@echo "make bench                              compare with other servers; the table is bench/RESULTS.md"
	@echo "make agents                             score the agent without a model on the benchmark for agents"
	@echo "make lint                               ruff and mypy"
	@echo "make clean                              remove the virtual environment"

$(VENV)/.installed: pyproject.toml deploy/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ogpld needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed deploy/requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements-dev.lock
	@touch $@

build: $(VENV)/.installed
	@$(BIN)/ogpld --home $(HOME_DIR) build

# the library of the query page, pinned in package-lock.json; without it the page is a plain form
$(EDITOR)/yasgui.min.js: package.json package-lock.json
	@echo "fetching the query editor (once) …"
	@npm ci --silent
	@mkdir -p $(EDITOR)
	@cd node_modules/@zazuko/yasgui && cp package.json build/yasgui.min.js build/yasgui.min.css ../../../$(EDITOR)/
	@rm -rf node_modules

editor: $(EDITOR)/yasgui.min.js

# the engine of the page /sparql of exports, pinned in package-lock.json; exports without it have no such page
$(ENGINE)/web.js: package.json package-lock.json
	@echo "fetching the SPARQL engine for browsers (once) …"
	@npm ci --silent
	@mkdir -p $(ENGINE)
	@cd node_modules/oxigraph && cp package.json web.js web_bg.wasm ../../$(ENGINE)/
	@rm -rf node_modules

engine: $(ENGINE)/web.js

# the same commit gives the same bytes: times in the archive are that of the commit
wheel: $(VENV)/.installed editor engine
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1580601600)} \
	  $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/*.whl

# PYTHONS names interpreters to try it with beside those on the search path
release: $(VENV)/.tested editor engine
	@$(BIN)/python deploy/release.py $(if $(REHEARSE),--rehearse) $(foreach python,$(PYTHONS),--python $(python))

# what a deployment installs, with digests, without an extra and with each; versions are those the tests run with
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --constraint constraints.txt pyproject.toml
lock:
	@$(LOCK) --output-file deploy/requirements.lock
	@for extra in $(EXTRAS); do $(LOCK) --extra $$extra --output-file deploy/requirements-$$extra.lock || exit 1; done

third-party: $(VENV)/.installed
	@rm -rf $(VENV)/npm && mkdir -p $(VENV)/npm && cp package.json package-lock.json .npmrc $(VENV)/npm
	@cd $(VENV)/npm && npm ci --silent
	@$(BIN)/python deploy/third_party.py $(VENV)/npm > THIRD_PARTY.md

# texts of the interface: what a template has new stands empty in each language, which a test refuses
messages: $(VENV)/.tested
	@$(BIN)/pybabel -q extract --mapping pyproject.toml --no-location --sort-output --omit-header -k marked -k nmarked:1,2 \
	  --no-wrap --output $(VENV)/messages.pot .
	@$(BIN)/pybabel -q update --input-file $(VENV)/messages.pot --output-dir $(LOCALE) --no-fuzzy-matching --ignore-pot-creation-date \
	  --ignore-obsolete --no-wrap
	@$(BIN)/pybabel -q compile --directory $(LOCALE)

# the server does not wait for the dumps: they are written beside it, and both end together
serve: $(VENV)/.installed
	@OGPLD_DUMPS=false $(BIN)/ogpld --home $(HOME_DIR) build
	@if ! command -v npm >/dev/null 2>&1; then \
	  test -e $(EDITOR)/yasgui.min.js || echo "no Node here: /sparql is a plain form (make editor, once Node is there)"; \
	elif ! $(MAKE) --no-print-directory editor; then \
	  echo "the query editor could not be fetched: /sparql is a plain form"; \
	fi
	@nice $(BIN)/ogpld --home $(HOME_DIR) build & dumps=$$!; \
	$(BIN)/ogpld --home $(HOME_DIR) serve --port $(PORT) & server=$$!; \
	trap 'kill $$dumps $$server 2>/dev/null' INT TERM HUP; \
	wait $$server; status=$$?; \
	test $$status -le 128 || { wait $$server; status=$$?; }; \
	kill $$dumps 2>/dev/null; exit $$status

test: $(VENV)/.tested
	@$(PYTEST) --part quick $(PYTEST_ARGS)

# parts that take minutes by nature: which tests are in them is in tests/support/parts.py
long: $(VENV)/.tested
	@$(PYTEST) --part long $(PYTEST_ARGS)

browser: $(VENV)/.tested
	@$(PYTEST) --part browser --dist worksteal tests/browser $(PYTEST_ARGS)

counterpart-tests: $(VENV)/.tested counterparts
	@$(PYTEST) --part counterparts tests/counterparts $(PYTEST_ARGS)

faults: $(VENV)/.tested
	@OGPLD_FAULTS=1 $(PYTEST) --part faults --dist worksteal $(PYTEST_ARGS)

soak: $(VENV)/.tested
	@$(BIN)/python bench/soak.py

nightly: $(VENV)/.tested
	@mkdir -p $(HOME_DIR)
	@$(BIN)/python bench/nightly.py --minutes $(or $(MINUTES),30) --figures $(HOME_DIR)/nightly.json

# beside other servers that hold the same release; needs wrk, and two quiet cores for half an hour
bench: $(VENV)/.installed $(COUNTERPARTS)/.bench
	@OGPLD_DUMPS=false $(BIN)/ogpld --home $(HOME_DIR) build
	@if command -v mvn >/dev/null 2>&1; then $(MAKE) --no-print-directory $(COUNTERPARTS)/.fuseki; fi
	@$(BIN)/python bench/engines/compare.py --home $(HOME_DIR) --bin $(COUNTERPARTS)/bench/bin > $(HOME_DIR)/bench.md
	@mv $(HOME_DIR)/bench.md bench/RESULTS.md

# the benchmark for agents, with the agent that has no model; the table is bench/agents/RESULTS.md
agents: $(VENV)/.installed
	@OGPLD_DUMPS=false $(BIN)/ogpld --home $(HOME_DIR) build
	@$(BIN)/python bench/agents/reference_agent.py --home $(HOME_DIR) > $(HOME_DIR)/agent-answers.jsonl
	@$(BIN)/python bench/agents/score.py $(HOME_DIR)/agent-answers.jsonl --home $(HOME_DIR) \
	  --name "Reference agent, no model" --at-least 100

# programs of others, beside our own environment; a test without its counterpart is skipped with a reason
$(COUNTERPARTS)/.%: tests/counterparts/%.txt
	@echo "installing counterparts (once): $* …"
	@$(PYTHON) -m venv --clear $(COUNTERPARTS)/$*
	@$(COUNTERPARTS)/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@touch $@

$(COUNTERPARTS)/.node: tests/counterparts/package.json tests/counterparts/package-lock.json .npmrc
	@echo "installing counterparts (once): node …"
	@mkdir -p $(COUNTERPARTS)/node
	@cp $^ $(COUNTERPARTS)/node && cd $(COUNTERPARTS)/node && npm ci --silent
	@touch $@

# its version is pinned in the file, as that of a dependency
$(COUNTERPARTS)/.%: tests/counterparts/%.xml
	@echo "installing counterparts (once): $* …"
	@mvn --quiet --batch-mode --file $< dependency:copy-dependencies -Dmdep.stripVersion=true \
	  -DoutputDirectory=$(abspath $(COUNTERPARTS))/$*
	@touch $@

counterparts: $(COUNTERPARTS)/.ckan $(COUNTERPARTS)/.clients $(COUNTERPARTS)/.notebook
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory $(COUNTERPARTS)/.node; \
	  else echo "no Node here: its counterparts are left out"; fi
	@if command -v mvn >/dev/null 2>&1 && command -v java >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory $(COUNTERPARTS)/.fuseki $(COUNTERPARTS)/.rdf4j; \
	  else echo "no Java and Maven here: Fuseki and RDF4J are left out"; fi

harvest: $(VENV)/.tested counterparts
	@$(BIN)/python -m pytest -q -s --part harvest tests/counterparts $(PYTEST_ARGS)

lint: $(VENV)/.tested
	@$(BIN)/ruff check ogpld tests bench deploy
	@$(BIN)/ruff format --check ogpld tests bench deploy
	@$(BIN)/mypy
	@MYPYPATH=bench:bench/agents:bench/engines:bench/reconciliation:tests $(BIN)/mypy --explicit-package-bases bench deploy

clean:
	rm -rf $(VENV) $(EDITOR) $(ENGINE) $(COUNTERPARTS) node_modules
