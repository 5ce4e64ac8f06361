"""`arena replay export --to html`, `gif` and `mp4`: one match for people to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import typer

from arena.errors import BadParameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tournaments.exports import Match
    from web.exports import MatchPage

__all__ = ["FILMS", "Wishes", "film_of", "write_film"]

FILMS: Final = {"html": ".html", "gif": ".gif", "mp4": ".mp4"}
"""Every format for looking at, and how the names of its files end."""
_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})")
_SIZES: Final = {"gif": "800x450", "mp4": "1280x720"}
_THEMES: Final = ("light", "dark")


@dataclass(frozen=True)
class Wishes:
    """What a page or pictures are to look like; None is as usual."""

    view: str | None = None
    """Through whose eyes."""
    ply: int | None = None
    """Where a page opens."""
    size: str | None = None
    """Pixels across and down, such as ``800x450``."""
    speed: float | None = None
    """How fast frames follow each other; 1 is the viewer's own speed."""
    theme: str | None = None
    """``light`` or ``dark``."""

    def check(self, film: str | None) -> None:
        """Refuse what a format has no use for.

        Args:
            film: the format; None for one that is no film.

        Raises:
            BadParameter: naming the option.
        """
        fits = {"view": FILMS, "ply": ("html",)}
        for name in ("view", "ply", "size", "speed", "theme"):
            formats = fits.get(name, ("gif", "mp4"))
            if getattr(self, name) is not None and film not in formats:
                *others, last = formats
                named = f"{', '.join(others)} or {last}" if others else last
                raise BadParameter(f"--{name} is for --to {named}")


def film_of(to: str | None, path: Path | None, as_html: bool) -> str | None:
    """The format that ``--html``, ``--to`` or the end of the file's name asks for; None where it is another one.

    Raises:
        BadParameter: if ``--html`` and ``--to`` contradict each other.
    """
    if as_html:
        if to not in (None, "html"):
            raise BadParameter(f"expected --html or --to, got both (--to {to!r})")
        return "html"
    if to is not None:
        return to if to in FILMS else None
    return next((name for name, suffix in FILMS.items() if path is not None and path.suffix == suffix), None)


def write_film(film: str, matches: Iterable[Match], path: Path | None, wishes: Wishes) -> None:
    """Write one match for people to look at, and say where it is.

    Args:
        film: the format.
        matches: the match; there may be no second one.
        path: the file; ``-`` is standard output, which takes pages only; one named after the match where None.
        wishes: how it is to look.

    Raises:
        BadParameter: if there are several matches, or a wish cannot be met.
        MissingExtra: if a package that makes pictures is absent.
        HostFault: if there is no browser, or it fails.
    """
    wishes.check(film)
    if film != "html" and path == Path("-"):
        raise BadParameter(f"--to {film} needs a file, got --out '-'")
    match = _only(film, matches)
    identifier = _identifier(match)
    file = path or Path(f"{'match-' if match.event else ''}{identifier}{FILMS[film]}")
    from web.exports import match_page

    page = match_page(identifier, match.record, view=wishes.view, ply=wishes.ply)
    if film == "html":
        _write_page(page, file)
    else:
        _write_pictures(film, page, file, wishes)


def _only(film: str, matches: Iterable[Match]) -> Match:
    found = iter(matches)
    match = next(found)
    if next(found, None) is not None:
        raise BadParameter(
            f"--to {film} takes one match; name it as TOURNAMENT/ROUND/BLOCK/SEATING, or by --match N of a file"
        )
    return match


def _identifier(match: Match) -> str:
    """``3-0-17-1`` of a stored match, ``final-2`` of the second one in ``final.arec``."""
    if match.event:
        return match.name.replace("/", "-")
    name, _, number = match.name.rpartition("/")
    return f"{PurePosixPath(name).stem}-{number}"


def _write_page(page: MatchPage, path: Path) -> None:
    from tournaments.reports.files import replacing

    if path == Path("-"):
        typer.echo(page.text, nl=False)
        return
    with replacing(path) as beside:
        beside.write_text(page.text, encoding="utf-8")
    _tell(path, page)


def _write_pictures(film: str, page: MatchPage, path: Path, wishes: Wishes) -> None:
    from web.exports import Camera, Look, durations_ms, write_gif, write_mp4

    width, height = _size(wishes.size or _SIZES[film])
    if film == "mp4":  # its colours lie on every second pixel
        width, height = width + width % 2, height + height % 2
    theme = wishes.theme or "light"
    if theme not in _THEMES:
        raise BadParameter(f"expected --theme 'light' or 'dark', got {theme!r}")
    look = Look(width, height, "dark" if theme == "dark" else "light")
    durations = durations_ms(page.frames, page.marked, 1.0 if wishes.speed is None else wishes.speed)
    write = write_gif if film == "gif" else write_mp4
    with _progress(page.frames) as tell, Camera(page, look) as camera:
        write(camera, (width, height), durations, path, tell)
    _tell(path, page, f", {width}x{height} pixels, {sum(durations) / 1000:.1f} s")


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text.lower())
    if found is None:
        raise BadParameter(f"expected --size as WIDTHxHEIGHT in pixels, such as 800x450, got {text!r}")
    return int(found[1]), int(found[2])


def _tell(path: Path, page: MatchPage, more: str = "") -> None:
    size = path.stat().st_size
    shown = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} KB"
    typer.echo(f"{path} written: {page.frames:,} frames{more}, {shown}", err=True)


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing elsewhere."""
    from rich.progress import Progress

    from arena.cli._console import aside

    console = aside()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("pictures", total=count)
        yield lambda done: bar.update(task, completed=done)
