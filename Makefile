# `make reproduce` and `make test` do all set-up by themselves.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed
CORES ?= all
export OMP_NUM_THREADS ?= 1

.PHONY: reproduce resume estimate record register archive restore pages figures test test-long test-slurm
.PHONY: test-faults bench bench-gpu lint format schema docs

# One line shows how far it is; VERBOSE=1 shows what Snakemake says, as its log in .snakemake/log does.
VERBOSE ?=
SNAKEMAKE = $(BIN)/$(if $(VERBOSE),snakemake,python tools/reproduce.py)
reproduce: $(INSTALLED)
	$(SNAKEMAKE) --cores $(CORES)
	@$(BIN)/python tools/versions.py record
	@$(BIN)/python -m token_influence headline results
	@$(BIN)/python tools/reproduced.py
	@echo "Page: results/report/index.html"

# After a run was killed (docs/reliability.md).
resume: $(INSTALLED)
	@$(BIN)/python tools/resume.py
	@$(MAKE) reproduce

# What a study of studies/ would take; the default one without STUDY (docs/studies.md).
# With JOBS=100: the time on a cluster that runs so many jobs at once. With WIDTH=0.15: the windows that intervals of p of this width need, from the study's results.
STUDY ?=
GPU_TFLOPS ?= 10
estimate: $(INSTALLED)
	@$(BIN)/python tools/estimate.py $(STUDY) --gpu-tflops $(GPU_TFLOPS) $(if $(JOBS),--jobs '$(JOBS)') \
		$(if $(WIDTH),--width '$(WIDTH)')

# Versions (docs/versioning.md): after Snakemake was run by itself; after `dvc pull` or `dvc checkout`.
# With STUDY only the numbers that pages quote, and CONFIG as `--config` had it in the run.
CONFIG ?=
record: $(INSTALLED)
	@$(BIN)/python tools/versions.py record $(STUDY) $(if $(CONFIG),--config '$(CONFIG)')

register: $(INSTALLED)
	@$(BIN)/python tools/versions.py register

# The recorded version as one file in dist/, and the version in such a file brought back.
archive: $(INSTALLED)
	@$(BIN)/python tools/archive.py pack

restore: $(INSTALLED)
	@$(BIN)/python tools/archive.py restore '$(ARCHIVE)'

# The numbers of docs/data/ in README.md and docs/*.md.
pages: $(INSTALLED)
	@$(BIN)/python tools/pages.py

# The figures that profiles and fits alone give; nothing is measured for them.
figures: $(INSTALLED)
	$(BIN)/snakemake --cores $(CORES) --allowed-rules profile_figures draw_profile draw_objectives -- profile_figures

test: $(DEVELOPED)
	$(BIN)/pytest -n 2 -m "not long and not slurm and not faults and not gpu"

test-long: $(DEVELOPED)
	$(BIN)/pytest -n 2 -m "long and not slurm and not faults and not gpu"

# A SLURM on the loopback: as root, with Debian's slurm-wlm and munge.
test-slurm: $(DEVELOPED)
	$(BIN)/pytest -n 0 -rs -m slurm tests/slurm

# Runs that are killed, files that are damaged, disks that are full. FAULTS="faults and not long" is the
# sample of .ci/run, without the kills.
FAULTS ?= faults
test-faults: $(DEVELOPED)
	$(BIN)/pytest -n 2 -rs -m "$(FAULTS)"

lint: $(DEVELOPED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/mypy
	$(BIN)/snakemake --lint

format: $(DEVELOPED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile rules

# The engine against its peers (docs/performance.md); a quarter of an hour on an idle machine.
MODEL ?= smollm2-135m-instruct-q4_1
CHECKPOINT = resources/models/$(MODEL)/trained
ENGINE = $(BIN)/python benchmarks/engine.py $(CHECKPOINT)
bench: $(VENV)/.bench
	$(BIN)/snakemake --cores 1 --quiet all -- $(CHECKPOINT)/manifest.json
	OMP_NUM_THREADS=2 $(BIN)/python benchmarks/startup.py $(CHECKPOINT)
	OPENBLAS_NUM_THREADS=2 $(ENGINE) --memory --dtypes float32 bfloat16 --history benchmarks/history.csv
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/engine_kernels.py
	OPENBLAS_NUM_THREADS=2 $(ENGINE) --growth --rounds 1 --figure docs/growth.svg
	$(BIN)/python benchmarks/engine_history.py benchmarks/history.csv docs/engine-history.svg

# The same on a GPU, whose tests it runs as well; agreement also for the checkpoint, where it is there.
# COMPILE=1 compiles the layers.
COMPILE ?=
bench-gpu: $(DEVELOPED)
	$(BIN)/python benchmarks/gpu.py $(wildcard $(CHECKPOINT)) $(if $(COMPILE),--compile)
	$(BIN)/pytest -n 0 -m gpu tests/token_influence/influence/test_gpu.py

$(VENV)/.bench: $(INSTALLED)
	$(BIN)/pip install --quiet -c requirements.lock -e '.[bench]'
	@touch $@

schema: $(INSTALLED)
	$(BIN)/python -m token_influence.config docs/config.schema.json

# The site, in site/; a warning is an error (CONTRIBUTING.md, "The site").
docs: $(VENV)/.documented
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict

$(VENV)/.documented: $(INSTALLED)
	$(BIN)/pip install --quiet -c requirements.lock -e '.[docs]'
	@touch $@

# requirements.lock pins every version; pyproject.toml says what is needed.
$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c requirements.lock -e '.[pipeline]'
	@touch $@

# The linters, and what the tests need.
$(DEVELOPED): $(INSTALLED)
	$(BIN)/pip install --quiet -c requirements.lock -e '.[pipeline,dev]'
	@touch $@
