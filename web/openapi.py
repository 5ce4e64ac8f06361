"""The OpenAPI document, as a file: ``python -m web.openapi`` writes ``docs/openapi.json``, ``--check`` compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from web.errors import PROBLEM

__all__ = ["FILE", "document", "install", "text"]

FILE: Final = Path(__file__).parent.parent / "docs" / "openapi.json"
"""Where the document is kept."""


def install(app: FastAPI) -> None:
    """Let `app` describe its errors by their media type, and only those that it has."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            for path in document["paths"].values():
                for operation in path.values():
                    _correct(operation)
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def document() -> dict[str, Any]:
    """The document of the API as it is."""
    from web.app import create_app
    from web.settings import Settings

    return create_app(Settings(store=Path("arena.sqlite"))).openapi()


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _correct(operation: dict[str, Any]) -> None:
    for status, answer in operation.get("responses", {}).items():
        if status[0] in "45":
            answer["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _main() -> int:
    if sys.argv[1:] == ["--check"]:
        same = FILE.is_file() and FILE.read_text(encoding="utf-8") == text()
        if not same:
            print(f"{FILE} is out of date: python -m web.openapi writes it", file=sys.stderr)  # noqa: T201
        return 0 if same else 1
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
