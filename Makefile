# make demo     sets up if needed, makes out/demo.mp4 and out/demo.json, prints the scorecard
# make test     sets up if needed, runs every test
# make studio   opens the web page
# make lint     style, types, import contract
# make bench    times the main job side by side with its parts

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test studio lint bench clean

demo: $(READY)
	@mkdir -p out
	$(BIN)/affect create assets/examples/demo.txt --seed 7 -o out/demo.mp4

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

studio: $(READY)
	$(BIN)/affect studio

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check

bench: $(READY)
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_engines.py
	$(BIN)/python tools/bench_speech_engines.py

# torch comes first: where there is no NVIDIA GPU its CPU build spares several gigabytes.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) tools/set_up.py $(VENV)
	@touch $@

clean:
	rm -rf $(VENV) out
