"""A record as frames: what is to be seen before every step, from one viewpoint, and what was done and thought then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from arena import codec
from arena.errors import ArenaError, BadParameter
from arena.game import Game
from arena.record import Record
from arena.replay import Moment, Replay
from arena.scene import SCENE_VERSION, Scene, Viewpoint
from web.conditions import conditions_of
from web.schemas.matches import (
    FaultRow,
    Frame,
    FrameAction,
    Mark,
    MatchDetail,
    SceneModel,
    SeatInfo,
    Series,
)

__all__ = ["Film", "detail_of", "film_of", "plain", "scene_model", "viewpoint_of"]

_UNITS: Final = {"hand worth": "points"}
"""Units of series that scenes give."""
_CARDS: Final = "cards"


@dataclass(frozen=True)
class Film:
    """A whole match from one viewpoint."""

    frames: tuple[Frame, ...]
    """The frames, in their order; those before the place where a record stops replaying, where it does."""
    problem: str | None
    """Why it does not play again to its end; None where it does."""


def viewpoint_of(text: str, players: int) -> Viewpoint:
    """The viewpoint called ``public``, ``open``, ``0``, ``1`` ...

    Raises:
        BadParameter: if there is none of that name.
    """
    if text == "public":
        return "public"
    if text == "open":
        return "open"
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) < players:
        return int(text)
    raise BadParameter(f"expected view 'public', 'open' or a seat from 0 to {players - 1}, got {text!r}")


def film_of(record: Record, view: Viewpoint) -> Film:
    """The frames of a record. What players told of their decisions gives their hands away: a seat sees its own only.

    Args:
        record: the match.
        view: through whose eyes.
    """
    frames: list[Frame] = []
    try:
        with Replay(record) as replay:
            for moment in replay:
                frames.append(_frame(replay.game, record, moment, len(frames), view))
    except ArenaError as error:
        return Film(tuple(frames or [_stored(record)]), str(error))
    return Film(tuple(frames), None)


def detail_of(
    identifier: str, record: Record, film: Film, *, human: bool = False, tournament: int | None = None
) -> MatchDetail:
    """A finished match in full.

    Args:
        identifier: its id.
        record: the match.
        film: its frames, seen ``open``.
        human: whether a person played.
        tournament: the tournament that it belongs to.
    """
    views = ["public", "open", *map(str, range(len(record.seats)))]
    return MatchDetail(
        id=identifier,
        game=record.game,
        game_version=str(record.game_version),
        title=_title(record.game),
        seats=[
            SeatInfo(
                seat=number,
                agent=seat.agent,
                name="you" if human and seat.agent.startswith("human") else seat.agent,
                version=str(seat.version),
                digest=seat.digest,
            )
            for number, seat in enumerate(record.seats)
        ],
        conditions=conditions_of(record.conditions),
        seed=str(record.seed),
        software=", ".join(f"{name} {version}" for name, version in record.software.items()),
        reason=record.outcome.reason,
        scores=list(record.scores),
        metrics={
            name: [None if not math.isfinite(value) else float(value) for value in values]
            for name, values in record.outcome.metrics.items()
        },
        faults=[
            FaultRow(player=fault.player, ply=fault.ply, kind=fault.kind.value, message=fault.message)
            for fault in record.faults
        ],
        plies=len(record.actions),
        frames=len(film.frames),
        human=human,
        live=False,
        tournament=None if tournament is None else str(tournament),
        viewpoints=views if film.problem is None else ["public"],
        replayable=film.problem is None,
        problem=film.problem,
        marks=list(_marks(film.frames)),
        series=list(_series(film.frames)),
    )


def scene_model(scene: Scene) -> SceneModel:
    """A scene as the API sends it."""
    return SceneModel(
        kind=scene.kind,
        version=scene.version,
        data=plain(scene.data),
        text=scene.text,
        highlights=list(scene.highlights),
    )


def plain(value: Any) -> Any:
    """The value for JSON: codec's forms, with null for what is undefined or infinite."""
    return _finite(codec.encode(value))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _title(spelled: str) -> str:
    from arena.registry import make_game

    try:
        return make_game(spelled).spec.title
    except ArenaError:
        return spelled


def _frame(
    game: Game[Any, Any, Any],
    record: Record,
    moment: Moment,
    index: int,
    view: Viewpoint,
) -> Frame:
    return Frame(
        index=index,
        ply=moment.ply,
        step=moment.step,
        actors=list(moment.actors),
        actions=list(_actions(game, record, moment, view)),
        scene=_scene(game, moment, view),
        over=moment.outcome is not None,
    )


def _scene(game: Game[Any, Any, Any], moment: Moment, view: Viewpoint) -> SceneModel:
    """What is to be seen; of a game without scenes, its words."""
    if hasattr(game, "scene"):
        return scene_model(moment.scene(view))
    if isinstance(view, int):
        text = moment.describe(view)
    elif view == "open":
        seen = [moment.describe(player) for player in range(game.spec.players)]
        text = "\n\n".join(f"Player {player}:\n{words}" for player, words in enumerate(seen))
    else:
        text = "What everybody sees of this game is not told; look through a seat's eyes."
    return SceneModel(kind="text", version=SCENE_VERSION, data={}, text=text, highlights=[])


def _actions(
    game: Game[Any, Any, Any], record: Record, moment: Moment, view: Viewpoint
) -> Iterator[FrameAction]:
    faults = {fault.ply: fault.message for fault in record.faults}
    for place, (player, action) in enumerate(moment.actions.items()):
        ply = moment.ply + place
        told = moment.thoughts.get(player) if view in ("open", player) else None
        yield FrameAction(
            player=player,
            says=game.say(action),
            micros=record.micros[ply] if record.micros else None,
            thoughts=plain(told) if isinstance(told, Mapping) else None,
            fault=faults.get(ply),
        )


def _stored(record: Record) -> Frame:
    """The only frame of a record that cannot be played again: what is stored."""
    lines = [f"{len(record.actions)} actions, ended by {record.outcome.reason}."]
    lines += [
        f"Player {number} ({seat.agent}): {score:g}"
        for number, (seat, score) in enumerate(zip(record.seats, record.scores, strict=True))
    ]
    scene = SceneModel(kind="text", version=SCENE_VERSION, data={}, text="\n".join(lines), highlights=[])
    return Frame(index=0, ply=0, step=0, actors=[], actions=[], scene=scene, over=True)


def _marks(frames: Sequence[Frame]) -> Iterator[Mark]:
    for frame in frames:
        for kind in frame.scene.highlights:
            yield Mark(frame=frame.index, ply=frame.ply, kind=kind, text=kind)
        for action in frame.actions:
            if action.fault is not None:
                yield Mark(frame=frame.index, ply=frame.ply, kind="fault", text=action.fault)


def _series(frames: Sequence[Frame]) -> Iterator[Series]:
    """The worth of hands where a scene tells it, and every number that players told of their decisions."""
    points: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for frame in frames:
        seats = frame.scene.data.get("seats") if frame.scene.kind == _CARDS else None
        for seat in seats if isinstance(seats, list) else ():
            if isinstance(seat, dict) and isinstance(seat.get("value"), int | float):
                points.setdefault(("hand worth", int(seat["seat"])), []).append((frame.ply, seat["value"]))
        for action in frame.actions:
            for name in ("value", "chance to be lowest", "win chance"):
                told = (action.thoughts or {}).get(name)
                if isinstance(told, int | float) and not isinstance(told, bool):
                    points.setdefault((name, action.player), []).append((frame.ply, float(told)))
    for (name, seat), found in sorted(points.items()):
        yield Series(name=name, unit=_UNITS.get(name, ""), seat=seat, points=found)
