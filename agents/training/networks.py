"""A checkpoint's agent as a file: a network in its own bytes, any other agent as its spelling."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from arena import registry
from arena.agent import Agent
from arena.errors import BadInput
from arena.facts import spelling
from arena.spelling import Spelling

__all__ = ["NETWORK", "SPELLED", "agent_bytes", "agent_of"]

NETWORK: Final = ".onnx"
"""How files of networks end."""
SPELLED: Final = ".agent"
"""How files end that hold an agent's spelling, as text."""


def agent_bytes(agent: Agent) -> tuple[str, bytes]:
    """How the file of `agent` ends, and what is in it.

    An agent that carries its network, as `agents.deep.agent.Policy` does, has the bytes of its file as ``model``; the same
    network gives the same bytes.
    """
    model = getattr(agent, "model", None)
    if isinstance(model, bytes) and model:
        return NETWORK, model
    return SPELLED, f"{spelling(agent)}\n".encode()


def agent_of(path: Path) -> Agent:
    """The agent that a file written by `agent_bytes` holds.

    Raises:
        BadInput: if the file is not there, or holds none.
    """
    if not path.is_file():
        raise BadInput(f"expected a file with an agent at {str(path)!r}, found nothing")
    if path.suffix == SPELLED:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(f"{str(path)!r} holds no spelling of an agent: {error}") from error
        return registry.make_agent(text.strip())
    return registry.make_agent(Spelling("policy", {"file": str(path)}))
