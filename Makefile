# Everything a newcomer needs: 'make report' and 'make test' set up their own environment in .venv.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Without cached bytecode every kernel would compile pandas again, seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report quick test lab check bench samples lock clean

help:  ## toon deze hulp
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: .venv/installed  ## maak het rapport van de voorbeelddata in reports/
	@$(BIN)/veiligheid report

quick: .venv/installed  ## draai de tests die samen nog geen minuut duren
	@$(BIN)/python -m pytest -n auto --dist loadscope -m "not slow and not browser and not cluster and not realdata" \
		--ignore=tests/notebooks

test: .venv/installed  ## draai alle tests
	@$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder --cov --ignore=tests/notebooks
	@$(BIN)/python -m pytest -n auto --doctest-modules src/analysis samples
	@$(BIN)/python -m pytest -n auto --dist loadscope --nbval --nbval-kernel-name veiligheid tests/notebooks

lab: .venv/installed  ## open JupyterLab met de notebooks
	@$(BIN)/veiligheid lab

check: .venv/installed  ## controleer stijl, typen en de opbouw van de code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

bench: .venv/installed  ## meet wat een rapport kost, naast andere manieren
	@$(BIN)/python benchmarks/kernels.py
	@$(BIN)/python benchmarks/engine.py
	@$(BIN)/python benchmarks/country.py
	@$(BIN)/python benchmarks/nationwide.py
	@$(BIN)/python benchmarks/main_path.py
	@$(BIN)/python benchmarks/words.py
	@$(BIN)/python benchmarks/yardstick.py
	@$(BIN)/python benchmarks/monitoring.py
	@$(BIN)/python benchmarks/small_areas.py
	@$(BIN)/python benchmarks/attacker.py
	@$(BIN)/python benchmarks/fuzz.py

samples: .venv/installed  ## maak de voorbeelddata in data/raw opnieuw
	@$(BIN)/python -m samples

lock:  ## leg de versies van alle pakketten opnieuw vast
	@test -x $(BIN)/uv || $(MAKE) .venv/installed
	@$(BIN)/uv pip compile -q pyproject.toml --extra cluster --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command 'make lock' -o requirements.lock

clean:  ## verwijder de omgeving, verwerkte gegevens en rapporten
	@rm -rf .venv data/processed/*.parquet data/processed/*.json data/processed/_SHA256SUMS data/processed/landelijk data/work reports/*/

# uv comes first, by its own hashes in the lock: it installs the rest in seconds where pip takes minutes.
.venv/installed: requirements.lock pyproject.toml setup.py share/jupyter/kernels/veiligheid/kernel.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 of nieuwer is nodig. Geef het pad mee: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Omgeving inrichten in .venv ..."
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[a-z]/ { uv = /^uv==/ } uv' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install -q --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/veiligheid --help > /dev/null
	@touch $@
