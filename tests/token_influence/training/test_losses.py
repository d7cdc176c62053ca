"""Losses on held-out text."""

import pytest
import torch
from tiny_training import SETTINGS
from transformers import AutoModelForCausalLM

from token_influence.training.record import record


def test_a_checkpoint_s_loss_is_what_transformers_computes(finished, material):
    model = AutoModelForCausalLM.from_pretrained(finished / "step5", attn_implementation="eager")
    ids = torch.as_tensor(material.judged["verse"], dtype=torch.long)
    with torch.no_grad():
        expected = model(input_ids=ids, labels=ids).loss.item()
    found = record(material, SETTINGS, finished)["checkpoints"]["step5"]["held_out"]["verse"][
        "loss"
    ]
    assert found == pytest.approx(expected, rel=1e-5)
