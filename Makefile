# Every target works on a fresh machine that has make and a Python of 3.10 or newer; PYTHON=... chooses another one.

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

DEMO := .venv
DEV := .venvs/dev
PEERS := .venvs/peers

.PHONY: demo test gates docs rule bench bench-server programs bazel fuzz oracle-venvs oracle-docs oracle-project clean
.DELETE_ON_ERROR:

demo: $(DEMO)/.installed  ## check the example project; its findings are the point, so they do not fail the target
	@$(DEMO)/bin/fastapi-lint check examples/shop; test $$? -le 1

test: $(DEV)/.installed oracle-venvs programs bazel  ## run every test
	@$(DEV)/bin/python -m pytest --numprocesses auto $(ARGS)

gates: $(DEV)/.installed  ## formatting, lint, types, layers, fresh documentation
	$(DEV)/bin/ruff format --check
	$(DEV)/bin/ruff check
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports
	$(DEV)/bin/python -m tools.generate_docs --check

docs: $(DEV)/.installed  ## write what is generated from the rules
	$(DEV)/bin/python -m tools.generate_docs

rule: $(DEV)/.installed  ## start a rule: make rule NAME=engine-outside-lifespan LAYER=lifespan CODE=FL301
	@$(DEV)/bin/python -m tools.scaffold --name "$(NAME)" --layer "$(LAYER)" --code "$(CODE)" $(ARGS)

bench: $(DEV)/.installed $(PEERS)/.installed  ## what runs cost, beside the parser and other linters: make bench PROJECT=path
	@$(DEV)/bin/python -m benchmarks.bench $(if $(PROJECT),--project "$(PROJECT)") $(ARGS)

bench-server: $(DEV)/.installed  ## a change in an editor until its diagnostics: make bench-server PROJECT=path
	@$(DEV)/bin/python -m benchmarks.server $(if $(PROJECT),--project "$(PROJECT)") $(ARGS)

fuzz: $(DEV)/.installed  ## hostile inputs through the readers and the command line: make fuzz ARGS="--inputs 100000 --seed 7"
	@$(DEV)/bin/python -m tools.fuzz $(ARGS)

programs:  ## the editor and the browser that tests drive, from Debian's packages where that may be done
	@tools/install_programs

bazel:  ## the build system that the recipe for monorepos is tried with, from Debian's packages where that may be done
	@tools/install_bazel

oracle-venvs: $(DEV)/.installed  ## the FastAPI versions that the proofs run on
	@$(DEV)/bin/python -m tools.oracle_venvs

oracle-docs: $(DEV)/.installed oracle-venvs  ## the linter beside FastAPI on its own examples: make oracle-docs DOCS_SRC=path
	@$(DEV)/bin/python -m tools.oracle_docs $(DOCS_SRC)

oracle-project: $(DEV)/.installed  ## the linter beside FastAPI on a real project: PROJECT=path PYTHON=path/to/python APP=module:attribute
	@$(DEV)/bin/python -m tools.oracle_project "$(PROJECT)" "$(PYTHON)" "$(APP)" $(SET)

clean:  ## remove every environment and cache
	rm -rf $(DEMO) .venvs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .fastapi_lint_cache

$(DEMO)/.installed: pyproject.toml
	@python=$$(tools/find_python) && "$$python" -m venv $(DEMO)
	@echo "installing fastapi-lint into $(DEMO)"
	@$(DEMO)/bin/python -m pip install --quiet --upgrade pip
	@$(DEMO)/bin/python -m pip install --quiet --editable .
	@touch $@

# Some peers ask for a newer Python than they need.
$(PEERS)/.installed: benchmarks/peers.txt
	@python=$$(tools/find_python) && "$$python" -m venv $(PEERS)
	@echo "installing the linters that the benchmark measures beside"
	@$(PEERS)/bin/python -m pip install --quiet --ignore-requires-python --requirement benchmarks/peers.txt
	@touch $@

$(DEV)/.installed: pyproject.toml
	@python=$$(tools/find_python) && "$$python" -m venv $(DEV)
	@echo "installing fastapi-lint and what its tests need into $(DEV)"
	@$(DEV)/bin/python -m pip install --quiet --upgrade pip
	@$(DEV)/bin/python -m pip install --quiet --editable . --group dev
	@touch $@
