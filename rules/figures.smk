# The figures that need only profiles and fits, for a clone that has only those (docs/versioning.md).
rule profile_figures:
    input:
        PROFILE_FIGURES,


rule draw_profile:
    input:
        profile=PROFILE,
        decay=DECAY,
        record=up_to_date("draw_profile"),
    output:
        svg=report(
            f"{RESULTS}/figures/profile/{ARM}/{{objective}}.svg",
            caption="../report/profile.rst",
            category="Profiles",
            labels=ARM_LABELS | {"objective": "{objective}"},
        ),
        png=f"{RESULTS}/figures/profile/{ARM}/{{objective}}.png",
    log:
        f"{LOGS}/draw_profile/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_profile/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        interval=STUDY.decay.bootstrap.interval,
        size=STUDY.figures.size,
        code=code("draw_profile"),
    script:
        "../scripts/draw_profile.py"


rule draw_individual:
    input:
        influence=over_seeds(INFLUENCE),
        profile=PROFILE,
        record=up_to_date("draw_individual"),
    output:
        svg=report(
            f"{RESULTS}/figures/individual/{ARM}/{{objective}}.svg",
            caption="../report/individual.rst",
            category="Single predictions",
            labels=ARM_LABELS | {"objective": "{objective}"},
        ),
        png=f"{RESULTS}/figures/individual/{ARM}/{{objective}}.png",
    log:
        f"{LOGS}/draw_individual/{ARM}/{{objective}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_individual/{ARM}/{{objective}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        size=STUDY.figures.size,
        code=code("draw_individual"),
    script:
        "../scripts/draw_individual.py"


rule draw_objectives:
    input:
        profiles=lambda wildcards: expand(PROFILE, objective=arm_objectives(wildcards), **wildcards),
        decay=lambda wildcards: expand(DECAY, objective=arm_objectives(wildcards), **wildcards),
        record=up_to_date("draw_objectives"),
    output:
        svg=report(
            f"{RESULTS}/figures/objectives/{ARM}.svg",
            caption="../report/objectives.rst",
            category="Objectives",
            labels=ARM_LABELS,
        ),
        png=f"{RESULTS}/figures/objectives/{ARM}.png",
    log:
        f"{LOGS}/draw_objectives/{ARM}.log",
    benchmark:
        f"{BENCHMARKS}/draw_objectives/{ARM}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        interval=STUDY.decay.bootstrap.interval,
        objectives=arm_objectives,
        size=STUDY.figures.size,
        code=code("draw_objectives"),
    script:
        "../scripts/draw_objectives.py"


rule draw_controls:
    input:
        profiles=lambda wildcards: per_arm(
            PROFILE, compared_arms(**wildcards), objective=CONTROLS_OBJECTIVE
        ),
        decay=lambda wildcards: per_arm(
            DECAY, compared_arms(**wildcards), objective=CONTROLS_OBJECTIVE
        ),
        predictions=lambda wildcards: per_arm(PREDICTIONS, compared_arms(**wildcards)),
        record=up_to_date("draw_controls"),
    output:
        svg=report(
            f"{RESULTS}/figures/controls/{{model}}/{{corpus}}.svg",
            caption="../report/controls.rst",
            category="Controls",
            labels={"model": "{model}", "corpus": "{corpus}"},
        ),
        png=f"{RESULTS}/figures/controls/{{model}}/{{corpus}}.png",
    log:
        f"{LOGS}/draw_controls/{{model}}/{{corpus}}.log",
    benchmark:
        f"{BENCHMARKS}/draw_controls/{{model}}/{{corpus}}.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        interval=STUDY.decay.bootstrap.interval,
        predictions=lambda wildcards: [
            arm.keys | {"seed": seed} for arm in compared_arms(**wildcards) for seed in STUDY.seeds
        ],
        orders=lambda wildcards: described_orders(compared_arms(**wildcards)),
        size=STUDY.figures.size,
        code=code("draw_controls"),
    script:
        "../scripts/draw_controls.py"


rule draw_exponents:
    input:
        decay=f"{RESULTS}/tables/decay.csv",
        record=up_to_date("draw_exponents"),
    output:
        svg=report(
            f"{RESULTS}/figures/exponents.svg",
            caption="../report/exponents.rst",
            category="Exponents",
            labels={"figure": "exponents"},
        ),
        png=f"{RESULTS}/figures/exponents.png",
    log:
        f"{LOGS}/draw_exponents.log",
    benchmark:
        f"{BENCHMARKS}/draw_exponents/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        interval=STUDY.decay.bootstrap.interval,
        size=STUDY.figures.size,
        code=code("draw_exponents"),
    script:
        "../scripts/draw_exponents.py"


rule draw_sweep:
    input:
        sweep=TABLE.format(table="sweep"),
        record=up_to_date("draw_sweep"),
    output:
        svg=report(
            f"{RESULTS}/figures/sweep.svg",
            caption="../report/sweep.rst",
            category="Exponents",
            labels={"figure": "sweep of ranges"},
        ),
        png=f"{RESULTS}/figures/sweep.png",
    log:
        f"{LOGS}/draw_sweep.log",
    benchmark:
        f"{BENCHMARKS}/draw_sweep/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        interval=STUDY.decay.bootstrap.interval,
        skip_sources=STUDY.headline.skip_sources,
        size=STUDY.figures.size,
        code=code("draw_sweep"),
    script:
        "../scripts/draw_sweep.py"


rule draw_sensitivity:
    input:
        sensitivity=TABLE.format(table="sensitivity"),
        record=up_to_date("draw_sensitivity"),
    output:
        svg=report(
            f"{RESULTS}/figures/sensitivity.svg",
            caption="../report/sensitivity.rst",
            category="Exponents",
            labels={"figure": "sensitivity"},
        ),
        png=f"{RESULTS}/figures/sensitivity.png",
    log:
        f"{LOGS}/draw_sensitivity.log",
    benchmark:
        f"{BENCHMARKS}/draw_sensitivity/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        interval=STUDY.decay.bootstrap.interval,
        size=STUDY.figures.size,
        code=code("draw_sensitivity"),
    script:
        "../scripts/draw_sensitivity.py"


rule draw_joint:
    input:
        decay=per_arm(DECAY, OTHERS),
        record=up_to_date("draw_joint"),
    output:
        svg=report(
            f"{RESULTS}/figures/joint.svg",
            caption="../report/joint.rst",
            category="Exponents",
            labels={"figure": "p and γ together"},
        ),
        png=f"{RESULTS}/figures/joint.png",
    log:
        f"{LOGS}/draw_joint.log",
    benchmark:
        f"{BENCHMARKS}/draw_joint/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        headline=plain(STUDY.headline),
        interval=STUDY.decay.bootstrap.interval,
        size=STUDY.figures.size,
        code=code("draw_joint"),
    script:
        "../scripts/draw_joint.py"


rule draw_mixtures:
    input:
        mixtures=TABLE.format(table="mixtures"),
        record=up_to_date("draw_mixtures"),
    output:
        svg=report(
            f"{RESULTS}/figures/mixtures.svg",
            caption="../report/mixtures.rst",
            category="Single predictions",
            labels={"figure": "mixtures"},
        ),
        png=f"{RESULTS}/figures/mixtures.png",
    log:
        f"{LOGS}/draw_mixtures.log",
    benchmark:
        f"{BENCHMARKS}/draw_mixtures/all.tsv"
    conda:
        "../envs/token_influence.yaml"
    params:
        size=STUDY.figures.size,
        code=code("draw_mixtures"),
    script:
        "../scripts/draw_mixtures.py"
