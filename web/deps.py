"""What routes ask for: the services of the server, and who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection, Request

from web.caching import watch
from web.services import Services
from web.tokens import Token

__all__ = ["Admin", "FromStore", "Runner", "ServicesOf", "allowed", "from_store", "services_of"]

_BEARER = HTTPBearer(auto_error=False, description="A token, as `arena serve --token` prints it.")


def services_of(connection: HTTPConnection) -> Services:
    """The services of the server that a request or a WebSocket came to."""
    found: Services = connection.app.state.services
    return found


ServicesOf = Annotated[Services, Depends(services_of)]
"""The services of the server."""


def from_store(request: Request) -> None:
    """Keep the answer of this route ready as long as the store is the same."""
    watch(request, services_of(request).library.version)


FromStore = Depends(from_store)
"""For routes that answer from the store alone."""


def allowed(scope: str) -> Callable[..., Awaitable[Token]]:
    """A dependency that lets a request pass whose token allows `scope`, and gives the token."""

    async def check(
        services: ServicesOf, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Token:
        words = None if given is None else given.credentials
        return await run_in_threadpool(services.tokens.check, words, scope)

    return check


Runner = Annotated[Token, Depends(allowed("run"))]
"""Somebody who may start and stop tournaments."""
Admin = Annotated[Token, Depends(allowed("admin"))]
"""Somebody who may do everything."""
