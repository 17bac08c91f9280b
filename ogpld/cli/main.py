"""Parse, dispatch, print, exit."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from ogpld.catalogue.authority import check_settings, unsaid
from ogpld.cli.diff import run_diff
from ogpld.cli.doctor import run_doctor
from ogpld.cli.dumps import write_missing_dumps
from ogpld.cli.mcp import run_mcp
from ogpld.cli.parser import make_parser
from ogpld.cli.query import run_query
from ogpld.cli.releases import run_releases
from ogpld.cli.template import run_template
from ogpld.cli.validate import run_validate
from ogpld.config import Settings, load_settings
from ogpld.errors import OgpldError, UsageError
from ogpld.paths import shipped
from ogpld.pipeline import Inputs, check_sources, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.report import Report, report_turtle
from ogpld.workers.inherited_limits import require_room


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = make_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options, _settings(options))
    except OgpldError as error:
        sys.stderr.write(f"ogpld: {error.code}: {error}\n")
        # 1 of `validate` says that data does not conform, so a failure of the command is 2
        return 2 if options.command == "validate" else error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("ogpld: interrupted\n")
        return 130
    except BrokenPipeError:  # the reader of our output (head, less) has had enough
        sys.stderr.close()
        return 0


def _settings(options: argparse.Namespace) -> Settings:
    names = ("home", "base_iri", "host", "port", "workers")
    return load_settings({name: getattr(options, name, None) for name in names})


def _inputs(options: argparse.Namespace) -> Inputs:
    """Return where a build reads from, as the options say."""
    files: dict[str, Path] = {}
    for text in options.input:
        name, equals, file = text.partition("=")
        if not equals or not name or not file:
            raise UsageError(f"--input {text!r} is not NAME=FILE", hint="--input estonia=rows.csv")
        files[name] = Path(file)
    if options.sources is None:
        return Inputs(data=shipped("data"), files=files)
    folder: Path = options.sources
    if not folder.is_dir():
        raise UsageError(f"--sources {folder}: no such folder", hint="see data/README.md")
    if not (folder / "sources").is_dir():
        folder = folder.absolute().parent if folder.name == "sources" else folder
    if not (folder / "sources").is_dir():
        raise UsageError(
            f"--sources {folder}: neither a folder named sources nor one that holds it",
            hint="lay it out like data/: sources/<name>/source.toml, identity.csv, reconciliation/",
        )
    return Inputs(data=folder, files=files)


#: Causes shown of Warnings and Infos that say the same, unless all are asked for.
_ALIKE = 3


def _print_report(report: Report, *, worst_only: bool, everything: bool = False) -> None:
    text = report.as_text(worst_only=worst_only, alike=None if everything else _ALIKE)
    if text:
        sys.stdout.write(text + "\n")
    sys.stdout.write(f"{report.summary()}\n")
    sys.stdout.flush()


def _check(options: argparse.Namespace, settings: Settings) -> int:
    report = check_sources(_inputs(options), settings, Progress()).report
    if options.format == "json":
        sys.stdout.write(report.as_json() + "\n")
    elif options.format == "turtle":
        sys.stdout.write(report_turtle(report, settings.base_iri).decode())
    else:
        _print_report(report, worst_only=False, everything=options.all)
    return 1 if report.refused else 0


def _build(options: argparse.Namespace, settings: Settings) -> int:
    gc.disable()  # a build makes much, keeps most of it and ends: looking for garbage finds none
    try:
        return _built(options, settings)
    finally:
        gc.freeze()


def _built(options: argparse.Namespace, settings: Settings) -> int:
    check_settings(settings)
    published = publish_sources(
        _inputs(options),
        settings,
        Progress(),
        full=options.full,
        allow_shrink=options.allow_shrink,
    )
    if published.report is not None and published.report.refused:
        _print_report(published.report, worst_only=True)
        current = published.release.id if published.release else "none yet"
        sys.stderr.write(
            "ogpld: gate-refused: nothing was published because of the Violations above\n"
            f"  -> correct the cells and build again; the current release stays: {current}\n"
        )
        return 1
    release = published.release
    if release is None:  # publishing either gives a release or refuses
        return 1
    if not published.new:
        sys.stdout.write(f"nothing changed; the current release is {release.id}\n")
        write_missing_dumps(settings)
        return 0
    counts = ", ".join(f"{number} {name}" for name, number in release.manifest.classes.items())
    sys.stdout.write(
        f"published release {release.id}: {release.manifest.quads} quads in "
        f"{release.manifest.graphs} graphs ({counts})\n"
    )
    if published.report is not None:
        sys.stdout.write(
            f"{published.report.summary()}; see {release.path / 'report.json'}"
            " or ogpld releases show\n"
        )
    write_missing_dumps(settings)
    if missing := unsaid(settings):
        sys.stdout.write(
            f"the catalogue names nobody yet: set {', '.join(missing)} in ogpld.toml or as OGPLD_*\n"
        )
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from ogpld.web.server.run import serve  # noqa: PLC0415  (a build should not load the web)

    del options
    # callers' queries, long ones, our own, checks of documents, and the process they are forked from
    require_room(settings.query_workers + settings.query_long + 3)
    return serve(settings)


_COMMANDS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "build": _build,
    "check": _check,
    "validate": run_validate,
    "template": run_template,
    "serve": _serve,
    "releases": run_releases,
    "diff": run_diff,
    "doctor": run_doctor,
    "query": run_query,
    "mcp": run_mcp,
}
