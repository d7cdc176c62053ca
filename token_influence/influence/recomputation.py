"""Long windows in little memory: one layer's activations at a time (gradient checkpointing).

Ordinary checkpointing computes every layer again in every backward pass. Here all predictions of a
window go back together, layer by layer, so that each layer is computed again once. Numbers are those
of the plain backward pass: the same operations on the same values.

A layer is what the Hugging Face library itself checkpoints (`GradientCheckpointingLayer`). Its own
switch is not used: it acts in training mode only and throws the key/value cache away.
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
    """One call of one layer: forgets what autograd would keep of it, and computes it again."""

    def __init__(self, layer: Callable, arguments: tuple, named: dict[str, Any]):
        # The cache goes on growing: what this call saw of it is what must be seen again.
        self.layer = layer
        self.arguments, self.named = tree_map(_frozen, (arguments, named))
        self.count = 0
        self.activations: list[Tensor] = []

    def run(self, arguments: tuple, named: dict[str, Any]) -> Any:
        """The call itself."""
        with saved_tensors_hooks(self._forget, self._recall):
            return self.layer(*arguments, **named)

    def inputs(self) -> list[Tensor]:
        """The tensors that the call was given and that gradients flow to."""
        given = tree_leaves((self.arguments, self.named))
        return [leaf for leaf in given if isinstance(leaf, Tensor) and leaf.requires_grad]

    def held(self) -> Iterator[Tensor]:
        """Every tensor that the frame keeps alive, those of caches too."""
        for leaf in tree_leaves((self.arguments, self.named)):
            if isinstance(leaf, Cache):
                leaves = [value for layer in leaf.layers for value in vars(layer).values()]
            else:
                leaves = [leaf]
            yield from (value for value in leaves if isinstance(value, Tensor))

    def release(self) -> None:
        """Forget the activations again."""
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
    """A cache as it is now (its tensors shared); anything else itself."""
    if not isinstance(value, Cache):
        return value
    frozen = copy.copy(value)
    frozen.layers = [copy.copy(layer) for layer in value.layers]
    return frozen


class Tape:
    """The frames of a window by depth: `depths[l]` holds layer l's call in each segment."""

    def __init__(self) -> None:
        self.depths: list[list[Frame]] = []
        self.depth = 0

    def clear(self) -> None:
        """Begin a new batch."""
        self.depths = []
        self.depth = 0

    def begin_segment(self) -> None:
        """The next layer that is called is the first one."""
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
        """The gradient of each score by the embeddings of as many segments as stand before it.

        Between two layers, all that a score depends on is in the inputs of the upper one (of all its
        segments), so the chain rule is applied from one such cut to the next. Whether this holds,
        `segments.can_recompute` tells.
        """
        ends: list[Sequence[Tensor]] = [[score] for _, score in scores]
        pulled: list[Sequence[Tensor] | None] = [None for _ in scores]
        for frames in reversed(self.depths):
            cut = [tensor for frame in frames for tensor in frame.inputs()]
            for k, (end, gradient) in enumerate(zip(ends, pulled, strict=True)):
                found = torch.autograd.grad(
                    end, cut, gradient, retain_graph=True, allow_unused=True
                )
                # Later segments have no part in a score: no zeros are carried for them.
                used = [(x, g) for x, g in zip(cut, found, strict=True) if g is not None]
                ends[k], pulled[k] = zip(*used, strict=True)
            for frame in frames:
                frame.release()
        for (count, _), end, gradient in zip(scores, ends, pulled, strict=True):
            yield torch.autograd.grad(end, embeddings[:count], gradient, retain_graph=True)


@contextmanager
def recomputing(model: PreTrainedModel) -> Iterator[Tape]:
    """Within: the layers of `model` keep no activations, and what they did is on the tape."""
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
    """The outermost layers that can be computed again."""
    if isinstance(module, GradientCheckpointingLayer):
        return [module]
    return [layer for child in module.children() for layer in _layers(child)]
