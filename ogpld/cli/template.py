"""`ogpld template`: write an empty table for a clerk to fill in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.language_codes import language_problem
from ogpld.model import Model, load_model
from ogpld.model.tables import class_called, classes_near, template_classes

#: What a government drafting a plan fills in, in one workbook.
PLAN = ("ActionPlan", "Commitment", "Milestone")


def add_template_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand to its parser."""
    parser.add_argument(
        "class_name",
        metavar="CLASS",
        help="class or path, singular or plural: commitment, action-plan, Milestones; "
        "or plan for one workbook with all three",
    )
    parser.add_argument(
        "--xlsx", action="store_true", help="an Excel workbook (also when FILE ends in .xlsx)"
    )
    parser.add_argument(
        "--language",
        action="append",
        metavar="TAG",
        help="language of the text columns; repeat it for several (default: en)",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")


def run_template(options: argparse.Namespace, settings: Settings) -> int:
    """Write the template and return the exit code."""
    from ogpld.formats.blank import blank_csv, blank_workbook  # noqa: PLC0415  (slow to import)

    del settings
    output: Path | None = options.output
    languages = tuple(dict.fromkeys(tag.lower() for tag in options.language or ["en"]))
    for tag in languages:
        problem = language_problem(tag)
        if problem:
            raise UsageError(
                f"--language {tag!r} is no language tag: {problem}",
                hint="en, et, sr-latn, x-easy …",
            )
    suffix = output.suffix.lower() if output else ""
    excel: bool = options.xlsx or suffix == ".xlsx"
    if excel and suffix not in {"", ".xlsx"}:
        raise UsageError(f"--xlsx and {output} contradict each other", hint="name it … .xlsx")
    model = load_model()
    names = _names(options.class_name, model)
    if not excel:
        if len(names) > 1:
            raise UsageError(
                f"{options.class_name} has {len(names)} tables, a CSV file holds one",
                hint="add --xlsx, or ask for one: " + ", ".join(names),
            )
        _write(blank_csv(model, names[0], languages).encode(), output, force=options.force)
        return 0
    if output is None and sys.stdout.isatty():
        raise UsageError("a workbook is not shown on a terminal", hint="add --output FILE.xlsx")
    _write(blank_workbook(model, names, languages), output, force=options.force)
    return 0


def _names(wanted: str, model: Model) -> tuple[str, ...]:
    """Return the classes whose tables are wanted."""
    if wanted.lower() in {"plan", "plans"}:
        return PLAN
    definition = class_called(model, wanted)
    if definition is None:
        near = classes_near(model, wanted)
        names = ", ".join(sorted(definition.name for definition in template_classes(model)))
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(f"there is no table of {wanted!r}", hint=f"{hint}one of plan, {names}")
    return (definition.name,)


def _write(content: bytes, output: Path | None, *, force: bool) -> None:
    """Write to a file that is not there yet, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with output.open("wb" if force else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageError(
            f"{output} exists", hint="choose another name, or add --force to overwrite it"
        ) from error
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    sys.stderr.write(f"wrote {output}\n")
