"""A match as one page: the built viewer with the match inside, for any browser, from a file, without a server.

The match is JSON in ``<script type="application/json" id="replay">``: ``match`` as ``GET /api/v1/matches/{id}`` answers,
``frames`` by viewpoint as ``GET /api/v1/matches/{id}/frames`` does, ``start`` the place where the page opens. Frames seen
``open`` are whole; those of another viewpoint hold what differs from the open frame of the same number.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from arena.errors import BadParameter, HostFault
from arena.record import Record
from web.frames import detail_of, film_of, viewpoint_of

__all__ = ["TEMPLATE", "MatchPage", "match_page"]

TEMPLATE: Final = Path(__file__).parents[1] / "static" / "export.html"
"""The page without a match, as the viewer's build leaves it."""
_WHOLE: Final = "open"
"""The viewpoint whose frames are whole."""
_BODY: Final = "</body>"
_HEAD: Final = '<meta charset="utf-8" />'
_SCRIPT: Final = re.compile(r"<script\b[^>]*>(.+?)</script>", re.DOTALL)
_STYLE: Final = re.compile(r"<style\b[^>]*>(.+?)</style>", re.DOTALL)


@dataclass(frozen=True)
class MatchPage:
    """A match as a page."""

    text: str
    """The page: HTML, to be written as UTF-8."""
    frames: int
    """Frames of the match."""
    marked: frozenset[int]
    """The frames that are worth a longer look."""


def match_page(
    identifier: str,
    record: Record,
    *,
    view: str | None = None,
    ply: int | None = None,
    template: Path = TEMPLATE,
) -> MatchPage:
    """A match as one page that holds everything.

    Args:
        identifier: what the match is called.
        record: the match.
        view: the viewpoint shown first: ``public``, ``open``, ``0``, ``1`` ...; the one that shows most where None.
        ply: the ply shown first; the beginning where None.
        template: the built page without a match.

    Raises:
        BadParameter: if there is no such viewpoint or ply.
        HostFault: if the viewer is not built.
    """
    if view is not None:
        viewpoint_of(view, len(record.seats))
    last = len(record.actions)
    if ply is not None and not 0 <= ply <= last:
        raise BadParameter(f"expected --ply from 0 to {last}, got {ply!r}")
    document = _document(identifier, record)
    start = {name: str(value) for name, value in (("view", view), ("ply", ply)) if value is not None}
    match = document["match"]
    title = f"{match['title'] or match['game']}: {', '.join(seat['name'] for seat in match['seats'])}"
    page = _filled(_read(template), title, {**document, "start": start})
    return MatchPage(page, match["frames"], frozenset(mark["frame"] for mark in match["marks"]))


def _document(identifier: str, record: Record) -> dict[str, Any]:
    """The match and its frames from every viewpoint that it allows."""
    film = film_of(record, "open")
    match = detail_of(identifier, record, film)
    whole = [frame.model_dump() for frame in film.frames]
    if film.problem is not None:
        public = film_of(record, "public")
        match = match.model_copy(update={"frames": len(public.frames)})
        return {
            "match": match.model_dump(),
            "frames": {"public": [frame.model_dump() for frame in public.frames]},
        }
    frames: dict[str, Sequence[Mapping[str, Any]]] = {}
    for view in match.viewpoints:
        if view == _WHOLE:
            frames[view] = whole
            continue
        seen = film_of(record, viewpoint_of(view, len(record.seats))).frames
        frames[view] = list(_parts([frame.model_dump() for frame in seen], whole))
    return {"match": match.model_dump(), "frames": frames}


def _parts(
    frames: Sequence[Mapping[str, Any]], whole: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Of every frame what differs from the one of the same number."""
    for frame, other in zip(frames, whole, strict=True):
        yield {name: value for name, value in frame.items() if value != other[name]}


def _read(template: Path) -> str:
    try:
        text = template.read_text(encoding="utf-8")
    except OSError as error:
        raise HostFault(
            f"the viewer is not built ({str(template)!r} cannot be read): npm run build in web/viewer"
        ) from error
    if _BODY not in text or _HEAD not in text:
        raise HostFault(f"{str(template)!r} is no page of the viewer: npm run build in web/viewer")
    return text


def _filled(page: str, title: str, document: Mapping[str, Any]) -> str:
    """The page with a match. Nothing that an agent said can end the element that holds it, or run."""
    # "<" stands in strings only, where \u003c is the same; so no "</script>" and no "<!--" is left.
    data = orjson.dumps(document).decode().replace("<", "\\u003c")
    head = f'{_HEAD}\n    <meta http-equiv="Content-Security-Policy" content="{_policy(page)}" />'
    page = page.replace(_HEAD, head, 1)
    page = re.sub(r"<title>.*?</title>", lambda _: f"<title>{html.escape(title)}</title>", page, count=1)
    before, _, after = page.rpartition(_BODY)
    return f'{before}<script type="application/json" id="replay">{data}</script>\n  {_BODY}{after}'


def _policy(page: str) -> str:
    """What the page may do: run the viewer's own script, and nothing from anywhere else (CSP level 3, hashes)."""
    scripts = " ".join(_hash(found[1]) for found in _SCRIPT.finditer(page))
    styles = " ".join(_hash(found[1]) for found in _STYLE.finditer(page))
    nothing = "'none'"
    return (
        f"default-src 'none'; script-src {scripts or nothing}; style-src {styles or nothing}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
