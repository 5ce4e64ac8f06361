"""`arena replay export`: matches for other programs and other eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from arena.cli import _options
from arena.cli._help import Command
from arena.cli._remote import client_for, match_from
from arena.errors import BadParameter, UnknownName

if TYPE_CHECKING:
    from tournaments.exports import Match

__all__ = ["app"]

_STREAM: Final = Path("-")
"""What stands for standard output."""
_STORED: Final = re.compile(r"(last|[0-9a-f]+)((/\d+){0,3}|(-\d+){3})")
_LOOKS: Final = "Pages and pictures"

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "export",
    cls=Command,
    epilog="\b\nExamples:\n  arena replay export match.arec\n  arena replay export 3/0/17/1 --to pgn\n"
    "  arena replay export 3/0 --out final.pgn\n  arena replay export last --to jsonl > plies.jsonl\n"
    "  arena replay export 3/0/17/1 --html\n  arena replay export 3/0/17/1 --out match.gif --view public",
)
def export(
    match: Annotated[
        str,
        typer.Argument(
            metavar="MATCH",
            help="A file written by --record, or what is stored as TOURNAMENT, TOURNAMENT/ROUND, "
            "TOURNAMENT/ROUND/BLOCK or TOURNAMENT/ROUND/BLOCK/SEATING.",
        ),
    ],
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="json (one document), jsonl (a line a ply), pgn (tags, and the moves in words); of one match also "
            "html (a page that needs no server), gif or mp4; by the name of --out where absent, else json.",
        ),
    ] = None,
    as_html: Annotated[bool, typer.Option("--html", help="Short for --to html.")] = False,
    path: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="The file; '-' is standard output. Where absent, standard output, and for a page or pictures a file "
            "named after the match.",
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--match", metavar="N", help="Only this match of a file that holds several, from 1."),
    ] = None,
    view: Annotated[
        str | None,
        typer.Option(
            "--view",
            metavar="VIEW",
            help="Of a page or pictures: 'public', 'open' (all hands; the default), or as a player sees it, from 0.",
            rich_help_panel=_LOOKS,
        ),
    ] = None,
    ply: Annotated[
        int | None,
        typer.Option(
            "--ply", metavar="N", help="Of a page: the ply at which it opens.", rich_help_panel=_LOOKS
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            "--size",
            metavar="WxH",
            help="Of pictures: pixels; 800x450 of a gif and 1280x720 of an mp4 where absent.",
            rich_help_panel=_LOOKS,
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            metavar="X",
            help="Of pictures: how fast they follow each other; 1 (the default) is 0.9 s for a step.",
            rich_help_panel=_LOOKS,
        ),
    ] = None,
    theme: Annotated[
        str | None,
        typer.Option(
            "--theme",
            metavar="NAME",
            help="Of pictures: 'light' (the default) or 'dark'.",
            rich_help_panel=_LOOKS,
        ),
    ] = None,
    store: _options.StoreOption = None,
    server: _options.ServerOption = None,
) -> None:
    """Write matches as JSON, as text, as a page for a browser, as pictures.

    Every match is made again from its deal and its actions, so a whole tournament takes about as long as it took the
    referee to play.
    """
    import sys

    from arena.cli._figures import several
    from arena.cli._replay_films import FILMS, Wishes, film_of, write_film
    from tournaments.exports import EXPORTS, export_of, write_export

    wishes = Wishes(view, ply, size, speed, theme)
    film = film_of(to, path, as_html)
    if film is not None:
        write_film(film, _matches(match, number, store, server), path, wishes)
        return
    if to is not None and to not in EXPORTS:
        raise UnknownName("format", to, [*EXPORTS, *FILMS])
    wanted = export_of(to, None if path == _STREAM else path)
    wishes.check(None)
    found = _matches(match, number, store, server)
    if path is None or path == _STREAM:
        for part in wanted.parts(found):
            sys.stdout.write(part.decode())
        return
    count = write_export(found, wanted, path)
    typer.echo(f"{several(count, 'match', 'matches')} written to {path}", err=True)


def _matches(words: str, number: int | None, store: Path | None, server: str | None) -> Iterator[Match]:
    """The matches that the words name."""
    from tournaments.exports import file_matches, stored_matches
    from tournaments.store import Store

    if Path(words).is_file():
        yield from file_matches(Path(words), number)
        return
    client = client_for(server, store)
    if client is not None:
        yield match_from(client, words)
        return
    stored = _STORED.fullmatch(words)
    if stored is None:
        raise BadParameter(
            "expected a file, or what is stored as TOURNAMENT, TOURNAMENT/ROUND, TOURNAMENT/ROUND/BLOCK or "
            f"TOURNAMENT/ROUND/BLOCK/SEATING, got {words!r}"
        )
    if number is not None:
        raise BadParameter(f"--match chooses among the matches of a file; expected one, got {words!r}")
    with Store.open(store, create=False) as opened:
        name, *places = re.split("[/-]", words)
        yield from stored_matches(opened, _options.stored(opened, name).id, *map(int, places))
