"""Compiled policies as plain machine addresses, so that one compiled loop plays any of them.

A policy is a function compiled for the signature `POLICY`: ``decide(view, parameters, rng) -> action id`` with a record of
dtype `VIEW`, float64[P] parameters and the player's own dice, uint64[1]. A call by address costs about 6 ns; a typed list
of Numba function objects would be compiled anew in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from arena.capabilities import CompiledPolicy
from games.dhumbal.state import POLICY

__all__ = ["Line", "address", "call", "line_up"]


def _machine(build: Callable[..., Any]) -> Callable[[int, Any, Any, Any], int]:
    """The compiled function of an address and what a policy takes that Numba's `intrinsic` makes of `build`."""
    return cast("Callable[[int, Any, Any, Any], int]", intrinsic(build))


@_machine
def call(typing: Any, place: Any, view: Any, parameters: Any, rng: Any) -> Any:
    """Call the policy at the address `place`, int64, and return its action id, int64."""
    del typing, view, parameters, rng

    def build(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kind = context.call_conv.get_function_type(POLICY.return_type, POLICY.args).as_pointer()
        function = builder.inttoptr(args[0], kind)
        status, result = context.call_conv.call_function(
            builder, function, POLICY.return_type, POLICY.args, args[1:]
        )
        with cgutils.if_unlikely(builder, status.is_error):  # type: ignore[no-untyped-call]
            context.call_conv.return_status_propagate(builder, status)
        return result

    return types.int64(types.int64, *POLICY.args), build if place is not None else None


def address(decide: Any) -> int:
    """Where the machine code of `decide`, a function wrapped by `arena.jit.jit`, lies; compiled now if need be.

    The address is good as long as `decide` lives.
    """
    decide.compile(POLICY)
    compiled = decide.get_compile_result(POLICY)
    place: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    return place


@dataclass(frozen=True)
class Line:
    """Compiled policies side by side, as the compiled loop wants them; K policies."""

    addresses: NDArray[np.int64]
    """int64[K]."""
    parameters: NDArray[np.float64]
    """float64[sum of all P]: the parameters of all, one after another."""
    offsets: NDArray[np.int64]
    """int64[K + 1]: policy k has ``parameters[offsets[k]:offsets[k + 1]]``."""
    policies: tuple[CompiledPolicy, ...]
    """The policies themselves, which keep the machine code alive."""


def line_up(policies: Sequence[CompiledPolicy]) -> Line:
    """The addresses and parameters of `policies`."""
    vectors = [np.ascontiguousarray(policy.parameters, np.float64).ravel() for policy in policies]
    offsets = np.zeros(len(vectors) + 1, np.int64)
    np.cumsum([len(vector) for vector in vectors], out=offsets[1:])
    addresses = np.array([address(policy.decide) for policy in policies], np.int64)
    return Line(addresses, np.concatenate([np.zeros(0), *vectors]), offsets, tuple(policies))
