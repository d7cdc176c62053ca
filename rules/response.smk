# How predictions respond when their inputs are changed (the section `response`).
rule response:
    input:
        TARGETS["response"],
