"""Write the tables of the response to changed inputs, with intervals over windows, and the verdicts.

input: perturbations, interventions (one file each for each of params.measured)
params: measured (arm and seed of each file), families, scale, bootstrap, code
output: errors, radius, effects, fits, verdicts (CSV)
"""

from _job import job

from _measured import read_measured

from token_influence.claims.responses import response_verdicts
from token_influence.decay.settings import Bootstrap
from token_influence.response.decays import effects_table, fits_table, long_effects
from token_influence.response.linearity import errors_table, radius_table, with_errors
from token_influence.tables.arms import ARM
from token_influence.tables.csv import write_csv


def main(snakemake) -> None:
    source, params, output = snakemake.input, snakemake.params, snakemake.output
    bootstrap = Bootstrap(**params.bootstrap)
    steps = with_errors(read_measured(source.perturbations, params.measured))
    effects = long_effects(read_measured(source.interventions, params.measured))
    radii = radius_table(steps, ARM, bootstrap)
    fits = fits_table(effects, ARM, params.families, params.scale, bootstrap)
    write_csv(errors_table(steps, ARM, bootstrap), output.errors)
    write_csv(radii, output.radius)
    write_csv(effects_table(effects, ARM, bootstrap), output.effects)
    write_csv(fits, output.fits)
    write_csv(response_verdicts(radii, fits, ARM), output.verdicts)


with job(snakemake):
    main(snakemake)
