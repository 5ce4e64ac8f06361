"""What the arena finds around itself: packages that hide its own, stale registrations, extras, folders."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any, Final

from arena.errors import HostFault

__all__ = [
    "Extra",
    "editable_plugins",
    "editable_root",
    "extras",
    "hidden_packages",
    "refuse_shadowed",
    "stale_entry_points",
]

_MARKS: Final = {"games": "dhumbal", "agents": "random", "tournaments": "executors"}
"""The arena's packages that have no __init__.py, and a folder each must hold."""
_OURS: Final = "agent-arena"


def hidden_packages() -> dict[str, Path]:
    """The arena's packages that another package of the same name hides, and where that one is."""
    hidden = {}
    for package, mark in _MARKS.items():
        spec = util.find_spec(package)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if places and not any((Path(place) / mark).is_dir() for place in places):
            hidden[package] = Path(places[0])
    return hidden


def refuse_shadowed() -> None:
    """Refuse to work where another distribution's package hides one of the arena's.

    An editable install adds its folder to the search path, where a regular package of the same name (``agents`` of
    openai-agents, ``web`` of web.py) always wins over one without __init__.py; wheels share one folder and get along.

    Raises:
        HostFault: naming the package, who owns it, and what helps.
    """
    hidden = hidden_packages()
    if not hidden:
        return
    package, place = next(iter(hidden.items()))
    owner = _owner_of(package) or str(place)
    how = "an editable install of agent-arena" if editable_root(_OURS) else "agent-arena"
    raise HostFault(
        f"{how} cannot live beside {owner}, whose package {package!r} hides the arena's own: "
        "install the arena as a wheel (pip install .), or in an environment of its own"
    )


def _owner_of(package: str) -> str | None:
    owners = [name for name in metadata.packages_distributions().get(package, []) if name != _OURS]
    return owners[0] if owners else None


def editable_root(distribution: str) -> Path | None:
    """The source folder of an editable install; None where it is installed otherwise or not at all."""
    try:
        text = metadata.distribution(distribution).read_text("direct_url.json")
        found: dict[str, Any] = json.loads(text) if text else {}
    except (metadata.PackageNotFoundError, ValueError):
        return None
    if not found.get("dir_info", {}).get("editable"):
        return None
    return Path(str(found.get("url", "")).removeprefix("file://"))


def editable_plugins() -> list[str]:
    """The editable installs among the distributions that register something with the arena, in alphabetical order."""
    owners = {
        found.name
        for found in metadata.distributions()
        if any(point.group.startswith("arena.") for point in found.entry_points)
    }
    return sorted(name for name in owners if editable_root(name))


def stale_entry_points(distribution: str) -> list[str]:
    """The registrations of an editable install that its pyproject.toml no longer, or not yet, says; as ``group: name``."""
    root = editable_root(distribution)
    project = root / "pyproject.toml" if root else None
    if project is None or not project.is_file():
        return []
    import tomllib

    declared = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {})
    wanted = {
        (group, name, target)
        for group, points in declared.items()
        if group.startswith("arena.")
        for name, target in points.items()
    }
    installed = {
        (point.group, point.name, point.value)
        for point in metadata.distribution(distribution).entry_points
        if point.group.startswith("arena.")
    }
    return sorted({f"{group}: {name}" for group, name, _ in wanted ^ installed})


@dataclass(frozen=True)
class Extra:
    """One extra of the distribution."""

    name: str
    """What stands in brackets: ``pip install 'agent-arena[NAME]'``."""
    missing: tuple[str, ...]
    """The packages that are absent."""


def extras() -> list[Extra]:
    """Every extra of the arena and what it lacks here, in alphabetical order."""
    wanted: dict[str, list[str]] = {}
    try:
        requirements = metadata.requires(_OURS) or []
    except metadata.PackageNotFoundError:
        return []
    for requirement in requirements:
        package = re.match(r"[\w.-]+", requirement)
        extra = re.search(r"extra\s*==\s*['\"]([\w.-]+)['\"]", requirement)
        if package and extra and package.group() != _OURS:
            wanted.setdefault(extra.group(1), []).append(package.group())
    return [
        Extra(name, tuple(package for package in packages if not _present(package)))
        for name, packages in sorted(wanted.items())
    ]


def _present(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
