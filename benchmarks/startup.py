"""How long it takes to the first profile of a checkpoint, step by step.

    python benchmarks/startup.py MODEL_FOLDER

One window of 512 tokens, one position; a fresh process, files in the page cache.
"""

import os
import sys
import time

LAPS: list[tuple[str, float, float]] = []


def lap(name: str, since: list[float]) -> None:
    """Note what has passed on the clock and in processor time since the last lap."""
    now = [time.perf_counter(), time.process_time()]
    LAPS.append((name, now[0] - since[0], now[1] - since[1]))
    since[:] = now


def main(folder: str) -> None:
    since = [time.perf_counter(), time.process_time()]
    import token_influence

    measure = token_influence.measure
    lap("import token_influence.measure, with torch and transformers", since)
    import numpy as np
    import pandas as pd
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    from token_influence.models.loading import load_model
    from token_influence.models.tokenizers import begin_of_text_id, load_tokenizer

    lap("other imports", since)
    model = load_model(folder, device="cpu")
    lap("load the model", since)
    bos_id = begin_of_text_id(load_tokenizer(folder))
    lap("load the tokenizer", since)
    ids = np.random.default_rng(0).integers(0, model.config.vocab_size, 513).tolist()
    frame = pd.DataFrame({"window": [0], "token_ids": [ids], "positions": [[511]]})
    measure(model, frame, ["true_logit"], bos_id=bos_id)
    lap("first profile", since)
    LAPS.append(("all", sum(lap[1] for lap in LAPS), sum(lap[2] for lap in LAPS)))
    print("| step | seconds | processor seconds |\n|---|---|---|")
    for name, clock, processor in LAPS:
        print(f"| {name} | {clock:.2f} | {processor:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1])
