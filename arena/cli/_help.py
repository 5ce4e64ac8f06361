"""How help is laid out: plain words in sections, readable at 80 columns, the same with every version of Typer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group", "write_help"]


class Command(TyperCommand):
    """A command whose help has its options in sections."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does, arguments, options and examples."""
        write_help(self, ctx, formatter)


class Group(TyperGroup):
    """A command that holds others."""

    def sections(self) -> dict[str, Sequence[str]]:
        """The commands it holds, by section."""
        return {"Commands": tuple(self.commands)}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words for its commands; without any, help is what was meant."""
        return super().parse_args(ctx, args or ["--help"])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it is, the commands by section, and the options."""
        _write_head(self, ctx, formatter, ["COMMAND ..."])
        for title, names in self.sections().items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name, _summary(self.get_command(ctx, name))) for name in names], col_max=12
                )
        _write_parameters(self, ctx, formatter)
        _write_examples(self, formatter)


def write_help(command: Any, ctx: Any, formatter: Any, beside: Mapping[str, Any] | None = None) -> None:
    """Write the help of a command.

    Args:
        command: the command.
        ctx: its context.
        formatter: who writes.
        beside: other commands that the first word may name, told before the parameters.
    """
    _write_head(command, ctx, formatter, [])
    if beside:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(other)) for name, other in beside.items()], col_max=12)
    _write_parameters(command, ctx, formatter)
    _write_examples(command, formatter)


def _summary(command: Any) -> str:
    return str(command.help or "").strip().partition("\n")[0].rstrip(".")


def _write_head(command: Any, ctx: Any, formatter: Any, more: list[str]) -> None:
    arguments = [
        param.metavar if param.required else f"[{param.metavar}]"
        for param in command.get_params(ctx)
        if param.param_type_name == "argument"
    ]
    formatter.write_usage(ctx.command_path, " ".join(["[OPTIONS]", *arguments, *more]))
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(str(command.help).partition("\f")[0].strip())


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    sections: dict[str, list[tuple[str, str]]] = {}
    for param in command.get_params(ctx):
        if getattr(param, "hidden", False):
            continue
        argument = param.param_type_name == "argument"
        title = getattr(param, "rich_help_panel", None) or ("Arguments" if argument else "Options")
        sections.setdefault(title, []).append(_row(param, argument))
    sections["Options"] = sections.pop("Options")  # what every command has stands last
    for title, rows in sections.items():
        with formatter.section(title):
            formatter.write_dl(rows, col_max=26)


def _row(param: Any, argument: bool) -> tuple[str, str]:
    """How one argument or option is written, and what it does."""
    help_text = " ".join(str(param.help or "").split())
    if argument:
        return param.metavar, help_text
    names = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        names += " / " + ", ".join(param.secondary_opts)
    if not param.is_flag:
        names += f" {param.metavar or 'TEXT'}"
    shown = param.default
    if shown is not None and not callable(shown) and not isinstance(shown, bool) and shown not in ("", ()):
        help_text += f" [default: {shown}]"
    return names, help_text


def _write_examples(command: Any, formatter: Any) -> None:
    if command.epilog:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(str(command.epilog).strip())
