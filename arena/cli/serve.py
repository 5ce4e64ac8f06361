"""`arena serve`: the browser and the REST API on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from arena.cli import _options
from arena.cli._help import Command

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena serve\n  arena serve --open\n  arena serve --host 0.0.0.0 --port 80 --store results.sqlite\n"
    "  arena serve --token",
)
def serve(
    *,
    host: Annotated[
        str, typer.Option("--host", metavar="NAME", help="The address to listen at; 0.0.0.0 is every one.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 8642,
    store: _options.StoreOption = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser of this machine.")
    ] = False,
    token: Annotated[
        bool, typer.Option("--token", help="Print a new token that may start tournaments; nothing is served.")
    ] = False,
    revoke: Annotated[
        str | None, typer.Option("--revoke", metavar="TOKEN", help="End a token; nothing is served.")
    ] = None,
) -> None:
    """Serve the pages and the REST API, until Ctrl-C."""
    from web import serving

    settings = serving.settings_for(store)
    if revoke is not None:
        serving.revoke(settings, revoke)
    elif token:
        serving.print_token(settings)
    else:
        serving.start(settings, host, port, open_browser=open_browser)
