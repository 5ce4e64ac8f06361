"""Networks as ONNX files that tell what they were trained for.

The graph takes ``observation``, float32[B, F], and gives ``logits``, float32[B, A], one number an action, and, where the
network judges states, ``value``, float32[B, 1]. The metadata hold three texts: ``header``, JSON of a `Header`; ``digest``,
over the header and the graph with all its weights; and perhaps ``card``, a model card (`agents.deep.card`), which is no
part of the digest.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agents.deep.onnx_wire import OnnxParts, onnx_parts
from agents.deep.perceptron import Perceptron
from arena import codec
from arena.errors import BadInput, BadParameter, MissingExtra, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KINDS", "Header", "file_bytes", "policy_digest", "read", "write"]

KINDS: Final = ("logits", "values")
"""What the numbers of the actions are: logits, of which the policy is the softmax, or action values."""
_OPSET: Final = 13
_IR_VERSION: Final = 8
"""The oldest formats that have all we use: files are the same whatever version of onnx writes them."""


@dataclass(frozen=True)
class Header:
    """What a network was trained for, and how."""

    game: str
    """The name of the game."""
    encoding: str
    """The version of the game's encoding, `arena.capabilities.CompiledEncoding.version`."""
    features: int
    """F."""
    actions: int
    """A."""
    kind: str
    """One of `KINDS`."""
    scale: float = 1.0
    """One unit of a value is worth so much of the game's return."""
    learner: str = ""
    """The learner's spelling."""
    task: str = ""
    """The games, the opponents and whatever else describes the task."""
    seed: int = 0
    """The root of all chance of the training."""
    steps: int = 0
    """Decisions of the learner."""
    version: str = ""
    """The version of agent-arena."""

    def check(self) -> None:
        """Refuse values that make no sense.

        Raises:
            BadParameter: naming the field, and what was expected.
        """
        for field in dataclasses.fields(self):
            value, wanted = getattr(self, field.name), _TYPES[str(field.type)]
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise BadParameter(f"header: expected {field.name} as {field.type}, got {value!r}")
        if self.kind not in KINDS:
            raise BadParameter(f"header: expected kind {' or '.join(KINDS)}, got {self.kind!r}")


_TYPES: Final[dict[str, tuple[type, ...]]] = {"str": (str,), "int": (int,), "float": (float, int)}


def write(perceptron: Perceptron, header: Header) -> bytes:
    """The network as an ONNX file; the same bytes for the same network and header.

    Raises:
        BadParameter: if the network's arrays do not fit each other or the header, or a number is not finite.
        MissingExtra: if onnx is not installed.
    """
    perceptron.check()
    header.check()
    if (header.features, header.actions) != (perceptron.features, perceptron.actions):
        raise BadParameter(
            f"expected a network of {header.features} features and {header.actions} actions, got "
            f"{perceptron.features} and {perceptron.actions}"
        )
    try:
        from onnx import helper
    except ImportError as error:
        raise MissingExtra("onnx", "train") from error
    graph = _graph(perceptron)
    model = helper.make_model(
        graph,
        producer_name="agent-arena",
        producer_version=header.version,
        ir_version=_IR_VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )
    described = json.dumps(dataclasses.asdict(header), sort_keys=True)
    digest = _digest(described, model.graph.SerializeToString(deterministic=True))
    helper.set_model_props(model, {"header": described, "digest": digest})
    return bytes(model.SerializeToString(deterministic=True))


def _graph(perceptron: Perceptron) -> Any:
    from onnx import TensorProto, helper

    nodes, initializers = [], []

    def layer(before: str, after: str, name: str, weight: NDArray[Any], bias: NDArray[Any]) -> None:
        for part, array in ((f"{name}.weights", weight), (f"{name}.biases", bias)):
            raw = np.ascontiguousarray(array, "<f4").tobytes()
            initializers.append(helper.make_tensor(part, TensorProto.FLOAT, array.shape, raw, raw=True))
        nodes.append(helper.make_node("Gemm", [before, f"{name}.weights", f"{name}.biases"], [after], name))

    before = "observation"
    *body, (weight, bias) = zip(perceptron.weights, perceptron.biases, strict=True)
    for number, (hidden_weight, hidden_bias) in enumerate(body):
        layer(before, f"sum.{number}", f"hidden.{number}", hidden_weight, hidden_bias)
        before = f"hidden.{number}"
        nodes.append(helper.make_node("Relu", [f"sum.{number}"], [before], f"rectifier.{number}"))
    cut = perceptron.actions
    layer(before, "logits", "logits", weight[:, :cut], bias[:cut])
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", cut])]
    if perceptron.has_value:
        layer(before, "value", "value", weight[:, cut:], bias[cut:])
        outputs.append(helper.make_tensor_value_info("value", TensorProto.FLOAT, ["B", 1]))
    inputs = [helper.make_tensor_value_info("observation", TensorProto.FLOAT, ["B", perceptron.features])]
    return helper.make_graph(nodes, "policy", inputs, outputs, initializers)


def read(source: str | Path | bytes) -> tuple[Perceptron, Header]:
    """The network and the header of a file of `write`.

    Args:
        source: the file, or what it holds.

    Raises:
        BadInput: if there is no such file, it cannot be read, is no ONNX file of the arena, ends too early, or was
            changed since it was written.
    """
    name = "the bytes" if isinstance(source, bytes) else repr(str(source))
    model = source if isinstance(source, bytes) else file_bytes(source)
    try:
        parts = onnx_parts(model)
    except BadInput as error:
        raise BadInput(f"{name} is no whole ONNX file: {error}") from error
    described, kept = parts.metadata.get("header"), parts.metadata.get("digest")
    if described is None or kept is None:
        raise BadInput(
            f"{name} is no policy of the arena: an ONNX file with a header and a digest was expected"
        )
    digest = _digest(described, parts.graph)
    if digest != kept:
        raise BadInput(f"{name} was changed after it was written: its digest is {digest}, it tells of {kept}")
    try:
        header = Header(**json.loads(described))
        header.check()
        perceptron = _perceptron(parts, header)
        perceptron.check()
    except (TypeError, ValueError, KeyError) as error:
        raise BadInput(f"{name} holds a policy of another version of the arena: {error}") from error
    return perceptron, header


def policy_digest(model: bytes) -> str:
    """The digest that the file `model`, which `read` accepts, tells of."""
    return onnx_parts(model).metadata["digest"]


def _digest(header: str, graph: bytes) -> str:
    return codec.digest(header.encode(), graph)


def _perceptron(parts: OnnxParts, header: Header) -> Perceptron:
    names = [
        f"hidden.{number}"
        for number in range(len(parts.tensors))
        if f"hidden.{number}.weights" in parts.tensors
    ]
    weights = [parts.tensors[f"{name}.weights"] for name in [*names, "logits"]]
    biases = [parts.tensors[f"{name}.biases"] for name in [*names, "logits"]]
    if "value.weights" in parts.tensors:
        weights[-1] = np.hstack([weights[-1], parts.tensors["value.weights"]])
        biases[-1] = np.hstack([biases[-1], parts.tensors["value.biases"]])
    return Perceptron(tuple(weights), tuple(biases), header.actions)


def file_bytes(path: str | Path) -> bytes:
    """What the file holds.

    Raises:
        BadInput: if there is none, with the nearest one beside it, or it cannot be read.
    """
    path = Path(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        beside = [str(other) for other in sorted(folder.glob("*.onnx"))] if folder.is_dir() else []
        raise _missing(path, beside) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot read the policy {str(path)!r}: {error}") from error


def _missing(path: Path, beside: list[str]) -> BadInput:
    guess = nearest(path.name, [Path(other).name for other in beside])
    hint = (
        f"did you mean {str(path.parent / guess)!r}?"
        if guess
        else f"{len(beside)} ONNX files lie in its folder"
    )
    return BadInput(f"no policy file {str(path)!r}: {hint}")
