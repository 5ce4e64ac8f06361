"""Errors as answers: every failure is a problem document (RFC 9457) with one sentence that says what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from arena.errors import (
    ArenaError,
    BadInput,
    BudgetSpent,
    HostFault,
    MissingExtra,
    MomentPassed,
    NotAStore,
    NotCapable,
    RecordError,
    RegistryError,
    StoreConflict,
    StoreUnwritable,
    StoreVersion,
    UnknownName,
)

__all__ = [
    "PROBLEM",
    "Forbidden",
    "Gone",
    "TooMany",
    "Unauthorized",
    "install",
    "problem",
    "problem_bytes",
    "status_of",
]

PROBLEM: Final = "application/problem+json"
"""The media type of every error."""


class Unauthorized(ArenaError):
    """A request without a token that holds."""


class Forbidden(ArenaError):
    """A request by a token that may not do this."""


class Gone(ArenaError):
    """Something that was here and is not any more."""


class TooMany(ArenaError):
    """More than the server holds at a time."""


_STATUS: Final[tuple[tuple[type[ArenaError], int], ...]] = (  # the first that fits
    (Unauthorized, 401),
    (Forbidden, 403),
    (Gone, 410),
    (TooMany, 429),
    (UnknownName, 404),
    (BadInput, 422),
    (NotCapable, 422),
    (StoreConflict, 409),
    (BudgetSpent, 409),
    (MomentPassed, 409),
    (NotAStore, 503),
    (StoreVersion, 503),
    (StoreUnwritable, 503),
    (MissingExtra, 501),
    (RegistryError, 503),
    (RecordError, 422),
    (HostFault, 503),
)


def status_of(error: ArenaError) -> int:
    """The status that an error of the arena answers with."""
    return next((status for cls, status in _STATUS if isinstance(error, cls)), 500)


def problem_bytes(
    status: int, detail: str, *, instance: str = "", kind: str = "", errors: Sequence[Mapping[str, str]] = ()
) -> bytes:
    """A problem document.

    Args:
        status: the status of the answer.
        detail: one sentence: what was expected, what came.
        instance: the path that was asked for.
        kind: the name of the error; it is the last part of the problem's type.
        errors: the fields at fault, each with ``field`` and ``detail``.
    """
    body: dict[str, Any] = {
        "type": f"urn:arena:problem:{_dashed(kind)}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    if errors:
        body["errors"] = list(errors)
    return orjson.dumps(body)


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that a failure is; see `problem_bytes`."""
    body = problem_bytes(status, detail, instance=request.url.path, kind=kind, errors=errors)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM)


def install(app: FastAPI) -> None:
    """Answer every failure of `app` with a problem document."""
    app.add_exception_handler(ArenaError, _arena)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _arena(request: Request, error: Exception) -> Response:
    assert isinstance(error, ArenaError)  # noqa: S101 -- the handler is installed for these
    status = status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status == 503:
        headers["Retry-After"] = "5"
    detail = str(error) if status != 500 else "the arena failed; its log says more"
    return problem(request, status, detail, kind=type(error).__name__, headers=headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- the handler is installed for these
    errors = [{"field": _field(one["loc"]), "detail": str(one["msg"])} for one in error.errors()]
    detail = "; ".join(f"{one['field']}: {one['detail']}" for one in errors[:3])
    return problem(request, 422, detail, kind="Validation", errors=errors)


def _field(place: Sequence[Any]) -> str:
    """Where a value stood, such as ``query.limit`` or ``body.agents.0``."""
    return ".".join(str(part) for part in place)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- the handler is installed for these
    path, method = request.url.path, request.method
    said = {
        404: f"nothing is at {path!r}",
        405: f"{path!r} does not take {method}",
        413: "the body of the request is too large",
    }
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail and error.detail != phrase else said.get(error.status_code, phrase)
    return problem(request, error.status_code, str(detail), headers=error.headers)


def _dashed(name: str) -> str:
    """``UnknownName`` as ``unknown-name``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
