"""What those who run the server ask: is it alive, and how does it do."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from arena._version import __version__
from arena.errors import UnknownName
from web.deps import ServicesOf
from web.schemas.common import Model

__all__ = ["Health", "health", "metrics", "router"]

router = APIRouter(tags=["operations"])
"""The addresses."""


class Health(Model):
    """The server is alive."""

    status: str
    """``ok``, or ``degraded`` where the store cannot be read."""
    version: str
    """The version of the arena."""
    store: str
    """``ok``, ``absent`` as long as there is none, or what is wrong with it."""


@router.get("/healthz")
async def health(services: ServicesOf, response: Response) -> Health:
    """Whether the server is alive, and whether it can read its store."""
    from arena.errors import ArenaError

    response.headers["Cache-Control"] = "no-store"
    store = "ok" if services.library.version() else "absent"
    try:
        await services.library.read(lambda opened: opened.path)
    except ArenaError as error:
        store = str(error)
    return Health(status="ok" if store in ("ok", "absent") else "degraded", version=__version__, store=store)


@router.get("/metrics", include_in_schema=False)
def metrics(services: ServicesOf) -> Response:
    """Counts in the words of Prometheus."""
    if not services.settings.metrics:
        raise UnknownName("page", "/metrics", ("/healthz",))
    found = generate_latest(services.meters.registry)
    return Response(found, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
