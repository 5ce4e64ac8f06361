"""A toy that behaves like an emulator: a core that is changed in place, has snapshots, and must be closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Masked
from arena.scene import Scene, Viewpoint

LEFT, RIGHT, JUMP = 1, 2, 4
WIDTH = 12
X, HIGH, GHOST, FRAME, GAIN, DICE = range(6)
"""What lies where in the memory."""


class Core:
    """A machine with memory; every one that is opened must be closed once."""

    open_now = 0
    """Cores that are open, over all games."""

    def __init__(self, memory: NDArray[np.uint64]) -> None:
        self.memory = memory
        self.closed = False
        Core.open_now += 1

    def living(self) -> NDArray[np.uint64]:
        if self.closed:
            raise RuntimeError("the core is closed")
        return self.memory

    def run(self, buttons: int) -> None:
        """One frame: the hero moves or jumps, the ghost wanders by the core's own dice."""
        memory = self.living()
        move = (buttons & RIGHT != 0) - (buttons & LEFT != 0)
        memory[X] = min(max(int(memory[X]) + move, 0), WIDTH - 1)
        memory[HIGH] = buttons & JUMP != 0
        memory[DICE] = (int(memory[DICE]) * 6364136223846793005 + 1442695040888963407) % 2**64
        drift = int(memory[DICE]) >> 62
        memory[GHOST] = min(max(int(memory[GHOST]) + (drift == 1) - (drift == 2), 2), WIDTH - 2)
        memory[FRAME] += 1

    def close(self) -> None:
        if self.closed:
            raise RuntimeError("the core is closed twice")
        self.closed = True
        Core.open_now -= 1


@dataclass(frozen=True)
class ShadowMachine(Game[Core, dict[str, Any], int]):
    """Walk right to the end; on the ground a ghost in the same place catches you."""

    frames: int = 3
    length: int = 40

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="shadow-machine",
            version=1,
            title="Shadow Machine",
            summary="walk to the right end of a corridor",
            players=1,
            table_sizes=(1,),
            roles=("player",),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.GENERAL,
            returns=(0.0 - WIDTH, float(WIDTH)),
            horizon=self.length,
            metrics=(Metric("distance", "cells", primary=True),),
            spaces={
                "player": RoleSpaces(
                    spaces.Discrete(8), spaces.Dict({"screen": spaces.Box(0, 2, (2, WIDTH), np.uint8)})
                )
            },
        )

    def init(self, seed: int) -> Core:
        memory = np.zeros(6, np.uint64)
        memory[GHOST], memory[DICE] = WIDTH // 2, seed
        return Core(memory)

    def _caught(self, state: Core) -> bool:
        memory = state.living()
        return bool(memory[X] == memory[GHOST] and not memory[HIGH])

    def actors(self, state: Core) -> tuple[int, ...]:
        return (0,) if self.outcome(state) is None else ()

    def view(self, state: Core, player: int) -> dict[str, Any]:
        memory = state.living()
        screen = np.zeros((2, WIDTH), np.uint8)
        screen[1 - int(memory[HIGH]), int(memory[X])] = 1
        screen[1, int(memory[GHOST])] = 2
        return {"screen": screen, "frame": int(memory[FRAME])}

    def legal(self, state: Core, player: int) -> Legal[int]:
        mask = np.ones(8, np.bool_)
        mask[[LEFT | RIGHT, LEFT | RIGHT | JUMP]] = False
        return Masked(mask)

    def step(self, state: Core, actions: Mapping[int, int]) -> Core:
        before = int(state.living()[X])
        for _ in range(self.frames):
            state.run(actions[0])
            if self._caught(state):
                break
        # Signed, in a memory of unsigned words, as machines do.
        state.memory[GAIN] = (int(state.memory[X]) - before) % 2**64
        return state

    def rewards(self, state: Core) -> tuple[float, ...]:
        gain = int(state.living()[GAIN])
        return (float(gain - 2**64 if gain >= 2**63 else gain),)

    def outcome(self, state: Core) -> Outcome | None:
        memory = state.living()
        reached = (float(memory[X]),)
        metrics = {"distance": reached}
        if self._caught(state):
            return Outcome(reached, "caught", metrics=metrics)
        if memory[X] == WIDTH - 1:
            return Outcome(reached, "arrived", metrics=metrics)
        if memory[FRAME] >= self.frames * self.length:
            return Outcome(reached, "out of time", truncated=True, metrics=metrics)
        return None

    def copy(self, state: Core, seed: int | None = None) -> Core:
        memory = state.living().copy()
        if seed is not None:
            memory[DICE] = seed
        return Core(memory)

    def describe(self, view: dict[str, Any]) -> str:
        rows = ["".join(".@G"[cell] for cell in row) for row in view["screen"].tolist()]
        return "\n".join([*rows, f"frame {view['frame']}"])

    def say(self, action: int) -> str:
        names = [name for bit, name in ((LEFT, "left"), (RIGHT, "right"), (JUMP, "jump")) if action & bit]
        return "+".join(names) or "nothing"

    def close(self, state: Core) -> None:
        state.close()

    # Searchable, Indexed, Encodable, Drawable

    @property
    def snapshots(self) -> bool:
        return True

    def index(self, action: int) -> int:
        return action

    def action(self, index: int | tuple[int, ...]) -> int:
        assert isinstance(index, int)
        return index

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        assert isinstance(legal, Masked)
        return legal.mask

    def encode(self, view: dict[str, Any]) -> dict[str, NDArray[Any]]:
        return {"screen": view["screen"]}

    def scene(self, state: Core, viewpoint: Viewpoint) -> Scene:
        view = self.view(state, 0)
        return Scene("map", {"rows": view["screen"].tolist()}, self.describe(view))
