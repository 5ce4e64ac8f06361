"""The server: one application, made from settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from arena._version import __version__
from web import errors, openapi, pages
from web.caching import Cache
from web.middleware import Observed, security_headers
from web.routes import ROUTERS
from web.services import Services
from web.settings import Settings

__all__ = ["API", "create_app"]

API: Final = "/api/v1"
"""Where the API is."""


class _Arena(FastAPI):
    """FastAPI with the arena's layers outside of its own, so that an answer that is ready costs next to nothing."""

    def build_middleware_stack(self) -> ASGIApp:
        """The layers, the outermost first: observation, answers kept ready, FastAPI's own."""
        services: Services = self.state.services
        settings = services.settings
        cache = Cache(super().build_middleware_stack(), settings.cache_mb * 1024 * 1024)
        return Observed(
            cache,
            services.meters,
            security_headers(https=settings.https),
            security_headers(https=settings.https, docs=True) if settings.docs else (),
            requests=services.request_log,
        )


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server.

    Args:
        settings: how it is to work; from the environment where None.
    """
    settings = settings or Settings()
    app = _Arena(
        title="agent-arena",
        version=__version__,
        description="Who is better, and by how much: games, agents, tournaments, matches and tables.",
        openapi_url=f"{API}/openapi.json",
        docs_url="/docs" if settings.docs else None,
        redoc_url=None,
        lifespan=_lifespan,
        max_body_size=settings.max_body_kb * 1024,
        separate_input_output_schemas=False,
    )
    app.state.services = Services(settings)
    errors.install(app)
    openapi.install(app)
    for router in (*ROUTERS, pages.router):  # the pages take what is left
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.services.close()
