"""Long windows in little memory: the activations of one layer at a time (gradient checkpointing).

Ordinary checkpointing recomputes every layer in every backward pass. Here the gradients of all
predictions of a window go backward together, layer by layer, so each layer is recomputed once. The
numbers are those of the plain backward pass: the same operations on the same values.

A layer is what the Hugging Face library itself checkpoints (`GradientCheckpointingLayer`). The library's
own switch is not used: it acts in training mode only, and it drops the key/value cache.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._pytree import tree_leaves, tree_map
from transformers import Cache, PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer


class Frame:
    """One call of one layer: drops the activations that autograd would keep, and recomputes them."""

    def __init__(self, layer: Callable, arguments: tuple, named: dict[str, Any]):
        # The cache will grow, but the recomputation must see it as this call did.
        self.layer = layer
        self.arguments, self.named = tree_map(_frozen, (arguments, named))
        self.count = 0
        self.activations: list[Tensor] = []

    def run(self, arguments: tuple, named: dict[str, Any]) -> Any:
        """Call the layer."""
        with saved_tensors_hooks(self._forget, self._recall):
            return self.layer(*arguments, **named)

    def inputs(self) -> list[Tensor]:
        """The tensors among the arguments that require gradients."""
        leaves = tree_leaves((self.arguments, self.named))
        return [leaf for leaf in leaves if isinstance(leaf, Tensor) and leaf.requires_grad]

    def held(self) -> Iterator[Tensor]:
        """Every tensor that the frame keeps alive, including those of caches."""
        for leaf in tree_leaves((self.arguments, self.named)):
            if isinstance(leaf, Cache):
                leaves = [value for layer in leaf.layers for value in vars(layer).values()]
            else:
                leaves = [leaf]
            yield from (value for value in leaves if isinstance(value, Tensor))

    def release(self) -> None:
        """Drop the recomputed activations."""
        self.activations = []

    def _forget(self, _: Tensor) -> int:
        self.count += 1
        return self.count - 1

    def _recall(self, index: int) -> Tensor:
        if not self.activations:
            arguments, named = tree_map(_frozen, (self.arguments, self.named))
            keep = saved_tensors_hooks(lambda x: self.activations.append(x.detach()), lambda x: x)
            with torch.enable_grad(), keep:
                self.layer(*arguments, **named)
        return self.activations[index]


def _frozen(value: Any) -> Any:
    """A copy of a cache as it is now, which shares its tensors; anything else unchanged."""
    if not isinstance(value, Cache):
        return value
    frozen = copy.copy(value)
    frozen.layers = [copy.copy(layer) for layer in value.layers]
    return frozen


class Tape:
    """The frames of a batch: `depths[l]` holds the calls of layer l, one for each segment."""

    def __init__(self) -> None:
        self.depths: list[list[Frame]] = []
        self.depth = 0

    def clear(self) -> None:
        """Drop all frames, before a new batch."""
        self.depths = []
        self.depth = 0

    def begin_segment(self) -> None:
        """Note that the next call is one of the first layer."""
        self.depth = 0

    def call(self, layer: Callable, arguments: tuple, named: dict[str, Any]) -> Any:
        """Run `layer` in a frame of its own."""
        if self.depth == len(self.depths):
            self.depths.append([])
        frame = Frame(layer, arguments, named)
        self.depths[self.depth].append(frame)
        self.depth += 1
        return frame.run(arguments, named)

    def held(self) -> list[Tensor]:
        """Every tensor that the frames keep alive."""
        return [tensor for frames in self.depths for frame in frames for tensor in frame.held()]

    def gradients(
        self, scores: Sequence[tuple[int, Tensor]], embeddings: Sequence[Tensor]
    ) -> Iterator[Sequence[Tensor]]:
        """The gradients of each score by the embeddings of its segments (a `GradientMethod`).

        A score depends on the layers below only through the inputs of the layer above them, in all its
        segments. So the chain rule is applied from the inputs of one layer to those of the next.
        `segments.can_recompute` tells whether this holds for a model.
        """
        outputs: list[Sequence[Tensor]] = [[score] for _, score in scores]
        by_outputs: list[Sequence[Tensor] | None] = [None for _ in scores]
        for frames in reversed(self.depths):
            inputs = [tensor for frame in frames for tensor in frame.inputs()]
            for k, (output, by_output) in enumerate(zip(outputs, by_outputs, strict=True)):
                by_inputs = torch.autograd.grad(
                    output, inputs, by_output, retain_graph=True, allow_unused=True
                )
                # A score does not depend on later segments: no zeros are kept for them.
                used = [(x, g) for x, g in zip(inputs, by_inputs, strict=True) if g is not None]
                outputs[k], by_outputs[k] = zip(*used, strict=True)
            for frame in frames:
                frame.release()
        for (count, _), output, by_output in zip(scores, outputs, by_outputs, strict=True):
            yield torch.autograd.grad(output, embeddings[:count], by_output, retain_graph=True)


@contextmanager
def recomputing(model: PreTrainedModel) -> Iterator[Tape]:
    """Let the layers of `model` keep no activations, and record their calls on the tape.

    At the end the layers' `forward` is put back, also after an exception.
    """
    tape, layers = Tape(), _layers(model)
    before = [vars(layer).get("forward") for layer in layers]
    try:
        for layer in layers:
            layer.forward = _taped(tape, layer.forward)
        yield tape
    finally:
        for layer, forward in zip(layers, before, strict=True):
            if forward is None:
                vars(layer).pop("forward", None)
            else:
                layer.forward = forward
        tape.clear()


def _taped(tape: Tape, forward: Callable) -> Callable:
    return lambda *arguments, **named: tape.call(forward, arguments, named)


def _layers(module: nn.Module) -> list[nn.Module]:
    """The outermost layers that can be recomputed."""
    if isinstance(module, GradientCheckpointingLayer):
        return [module]
    return [layer for child in module.children() for layer in _layers(child)]
