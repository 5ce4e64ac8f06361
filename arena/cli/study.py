"""`arena study`: plays a study anew and writes its page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli._help import Command
from arena.errors import BadInput

if TYPE_CHECKING:
    from tournaments.studies.study import Study

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena study\n  arena study dhumbal --out docs/studies/dhumbal.md\n"
    "  arena study dhumbal --only steps --quick",
)
def study(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="A study; those there are, and their sections, are listed where absent."
        ),
    ] = None,
    *,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="SECTION", help="One section of the study; all of them where absent."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Play little: the same code in seconds, with wide intervals.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The root of all chance.")] = 2025,
    out_file: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the page to a file, and nothing to standard output."
        ),
    ] = None,
) -> None:
    """Play a study anew and write its page.

    The same seed gives the same page, measured times aside.
    """
    from arena import registry

    if name is None:
        if only or quick or out_file is not None:
            raise BadInput("expected the name of a study before its options; arena study lists them")
        for known in registry.entries("study"):
            _list(registry.make("study", known))
        return
    found: Study = registry.make("study", name)
    _play(found, only, seed, out_file, quick=quick)


def _list(found: Study) -> None:
    from arena.cli._console import out, rows

    console = out()
    console.print(f"{found.name}: {found.summary}", soft_wrap=True)
    console.print(rows((f"  {section.name}", section.title) for section in found.sections))


def _play(found: Study, only: str | None, seed: int, path: Path | None, *, quick: bool) -> None:
    from arena.cli._console import aside
    from arena.streams import root_key
    from tournaments.studies.study import Scale, written

    root_key(seed)
    chosen = found.chosen(only)
    if path is not None and not path.parent.is_dir():
        raise BadInput(f"expected --out in a folder that exists, got {str(path)!r}")
    console = aside()
    scale = Scale(quick, lambda line: console.print(line, style="dim", soft_wrap=True))
    data = [(section, section.run(scale, seed)) for section in chosen]
    page = written(found, data, seed, quick=quick)
    if path is None:
        typer.echo(page, nl=False)
        return
    path.write_text(page, encoding="utf-8")
    console.print(f"written to {path}", style="dim", soft_wrap=True)
