"""Running the server from the command line: the socket, the words on the terminal, the end."""

from __future__ import annotations

import gc
import os
import socket
import sys
import webbrowser
from pathlib import Path
from typing import Final

import uvicorn

from arena.errors import BadParameter, HostFault
from web.app import create_app
from web.database import Database
from web.logs import configure
from web.services import Services
from web.settings import Settings
from web.tokens import Tokens

__all__ = ["print_token", "revoke", "settings_for", "start"]

_MESSAGE: Final = 128 * 1024
"""Bytes of a message of a WebSocket at most; the longest that a table understands is half as long."""
_SWITCH_S: Final = 0.001
"""How long a thread that computes may keep the one that answers from running, in seconds."""


def settings_for(store: Path | None) -> Settings:
    """The settings of the environment, with another store where one is given.

    Raises:
        BadParameter: if a setting is not what it may be.
    """
    from pydantic import ValidationError

    try:
        return Settings() if store is None else Settings(store=store)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]) or "settings"
        raise BadParameter(f"ARENA_{name.upper()}: {first['msg']}, got {first['input']!r}") from error


def print_token(settings: Settings) -> None:
    """Print a new token that may start tournaments; it is not told again.

    Raises:
        StoreError: if it cannot be kept.
    """
    print(Tokens(Database(settings.database_path)).issue("arena serve --token"))  # noqa: T201


def revoke(settings: Settings, token: str) -> None:
    """End a token, given by its words or its public part.

    Raises:
        UnknownName: if there is none.
    """
    parts = token.split("_")
    Tokens(Database(settings.database_path)).revoke(parts[1] if len(parts) > 2 else token)


def start(settings: Settings, host: str, port: int, *, open_browser: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first.

    Raises:
        HostFault: if the address cannot be listened at.
    """
    configure()
    listener = _listener(host, port)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        lifespan="on",
        ws_max_size=_MESSAGE,
    )
    address = _address(host, listener.getsockname()[1])
    _say(f"The arena is at {address} (store {settings.store_path}). Ctrl-C ends it.")
    if not (settings.static / "index.html").is_file():
        _say(
            f"The pages are not built ({settings.static} has no index.html); the API answers at {address}/api/v1."
        )
    first = app.state.services.tokens.first()
    if first is not None:
        _say(f"Token that may do everything here, told once: {first}")
    _settle()
    if open_browser:
        webbrowser.open(address)
    _Server(config, app.state.services).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server whose streams end when it stops, so that it does not wait for those who only listen.

    Args:
        config: where and how it serves.
        services: what the streams tell of.
    """

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then all the rest."""
        self._services.stop()
        await super().shutdown(sockets)


def _settle() -> None:
    """Keep requests from waiting for what goes on behind them: long collections, and threads that compute."""
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_Shelf())
    sys.setswitchinterval(_SWITCH_S)


class _Shelf:
    """Puts aside, after a whole collection, what modules loaded since the last time have brought; told by `gc`.

    The first table or ranking loads compiled games. To look through them again and again takes a tenth of a second each
    time, and code that was loaded is never garbage.
    """

    def __init__(self) -> None:
        self._modules = len(sys.modules)

    def __call__(self, phase: str, told: dict[str, int]) -> None:
        if phase == "stop" and told["generation"] == 2 and len(sys.modules) > self._modules:
            self._modules = len(sys.modules)
            gc.freeze()


def _listener(host: str, port: int) -> socket.socket:
    listener: socket.socket | None = None
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()  # whoever comes before the server is ready waits, instead of being refused
    except OSError as error:
        if listener is not None:
            listener.close()
        reason = (error.strerror or str(error)).lower()
        raise HostFault(f"cannot listen at {host}:{port}: {reason}; choose another --port") from error
    return listener


def _address(host: str, port: int) -> str:
    """Where a browser of this machine finds the server."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 -- compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _say(line: str) -> None:
    print(line, file=sys.stderr if not os.isatty(1) else sys.stdout, flush=True)
