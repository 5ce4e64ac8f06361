"""The pages: the built viewer, whose one document answers every address that is not the API's."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from web.caching import watch
from web.deps import ServicesOf

__all__ = ["page", "router"]

router = APIRouter(include_in_schema=False)
"""The addresses."""

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_OTHERS: Final = ("api", "healthz", "metrics", "docs")
"""First parts of addresses that are never a page."""


@router.get("/{path:path}")
def page(request: Request, services: ServicesOf, path: str) -> Response:
    """A file of the viewer, or its document."""
    folder = services.settings.static
    if path.split("/", 1)[0] in _OTHERS:
        raise HTTPException(404)
    file = _file(folder, path)
    if file is None:
        if "." in path.rsplit("/", 1)[-1] or path.startswith("assets/"):
            raise HTTPException(404)
        file = folder / "index.html"
        if not file.is_file():
            raise HTTPException(404, "the pages are not built here; the API is at /api/v1")
    watch(request, lambda: _state(file))
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    # The names of files in assets hold a digest of what is in them.
    hashed = file.parent == folder / "assets"
    return Response(
        file.read_bytes(), media_type=kind, headers={"Cache-Control": _FOR_EVER if hashed else "no-cache"}
    )


def _file(folder: Path, path: str) -> Path | None:
    """The file at `path`, if it is one and inside the folder."""
    if not path or "\0" in path:
        return None
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except OSError:  # a name longer than any file's
        return None


def _state(file: Path) -> tuple[int, int] | None:
    """What tells that a file is another one."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size)
