"""The server's models as types of TypeScript: ``python -m web.typescript`` writes the viewer's ``schema.d.ts``.

The viewer knows what the server sends by these types alone, so a field that changes here does not compile there. Besides what the OpenAPI document describes there is what tables say on WebSockets and in events.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from web.openapi import document
from web.schemas.tables import Act, Complaint, Position, Scenery

__all__ = ["FILE", "text"]

FILE: Final = Path(__file__).parent / "viewer" / "src" / "api" / "schema.d.ts"
"""Where the types are kept."""
_HEAD: Final = "/** What the server sends and takes; written by `python -m web.typescript`, not by hand. */\n"
_TOLD: Final = (Position, Complaint, Act, Scenery)
"""Messages that no OpenAPI document describes."""
_PLAIN: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def text() -> str:
    """The types as the file holds them, by name."""
    models: list[tuple[Any, Any]] = [(model, "serialization") for model in _TOLD]
    _, told = models_json_schema(models, ref_template="#/components/schemas/{model}")
    schemas = told["$defs"] | document()["components"]["schemas"]
    return _HEAD + "".join(_declared(name, schemas[name]) for name in sorted(schemas))


def _declared(name: str, schema: dict[str, Any]) -> str:
    return f"\n{_comment(schema)}export type {_name(name)} = {_type(schema)};\n"


def _comment(schema: dict[str, Any]) -> str:
    """What a model or a field says of itself, in one line; empty where it says nothing."""
    said = " ".join(schema.get("description", "").replace("``", "`").split())
    return f"/** {said} */\n" if said else ""


def _name(name: str) -> str:
    """A model's name; those that two modules have are told apart by their modules."""
    return "".join(
        part.capitalize() if "__" in name else part
        for part in name.split("__")
        if part not in ("web", "schemas")
    )


def _type(schema: dict[str, Any]) -> str:
    """A schema as a type; everything in it is read-only.

    Raises:
        ValueError: if it is none of those that pydantic makes here.
    """
    if "$ref" in schema:
        return _name(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(
            json.dumps(each, ensure_ascii=False) for each in schema.get("enum", [schema.get("const")])
        )
    kind = schema.get("type")
    if kind == "array":
        if "prefixItems" in schema:
            return f"readonly [{', '.join(_type(each) for each in schema['prefixItems'])}]"
        item = _type(schema.get("items", {}))
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
    if kind == "object":
        return _object(schema)
    if kind is None:
        return "unknown"
    if kind not in _PLAIN:
        raise ValueError(f"expected a schema of a known type, got {schema!r}")
    return _PLAIN[kind]


def _object(schema: dict[str, Any]) -> str:
    fields_of = schema.get("properties", {})
    # What can be one thing only is always sent: it tells messages apart.
    required = [*schema.get("required", []), *(name for name, each in fields_of.items() if "const" in each)]
    fields = [
        f"\n{_comment(each)}readonly {name}{'' if name in required else '?'}: {_type(each)};".replace(
            "\n", "\n  "
        )
        for name, each in fields_of.items()
    ]
    if fields:
        return "{" + "".join(fields) + "\n}"
    more = schema.get("additionalProperties", True)
    return f"Readonly<Record<string, {_type(more) if isinstance(more, dict) else 'unknown'}>>"


def _main() -> int:
    if sys.argv[1:] == ["--check"]:
        same = FILE.is_file() and FILE.read_text(encoding="utf-8") == text()
        if not same:
            print(f"{FILE} is out of date: python -m web.typescript writes it", file=sys.stderr)  # noqa: T201
        return 0 if same else 1
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
