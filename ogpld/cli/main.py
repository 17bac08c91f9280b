"""Parse, dispatch, print, exit."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ogpld.catalogue.authority import check_settings, unsaid
from ogpld.cli.backup import run_backup, run_restore
from ogpld.cli.claims import run_claims
from ogpld.cli.diff import run_diff
from ogpld.cli.doctor import run_doctor
from ogpld.cli.dumps import write_missing_dumps
from ogpld.cli.export import run_export
from ogpld.cli.links import run_links
from ogpld.cli.match import run_match
from ogpld.cli.mcp import run_mcp
from ogpld.cli.parser import make_parser
from ogpld.cli.push import run_push
from ogpld.cli.query import run_query
from ogpld.cli.releases import run_releases
from ogpld.cli.settings import run_settings
from ogpld.cli.template import run_template
from ogpld.cli.validate import run_validate
from ogpld.config import Settings, SettingsInForce, settings_in_force
from ogpld.errors import OgpldError, UsageError
from ogpld.paths import shipped
from ogpld.pipeline import Inputs, check_sources, publish_sources
from ogpld.pipeline.base_move import base_move
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore
from ogpld.release.release_store import REPORT
from ogpld.report import Report, report_turtle
from ogpld.workers.inherited_limits import require_room


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = make_parser().parse_args(arguments)
    try:
        in_force = _settings(options)
        options.base_origin = in_force.origins.get("base_iri", "default")
        check_settings(in_force.settings, in_force.origins)
        if options.command == "settings":
            return run_settings(options, in_force)
        return _COMMANDS[options.command](options, in_force.settings)
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


#: Settings that are options too. The doctor's --base-iri is that of another server.
_OPTIONS = ("home", "sources", "base_iri", "host", "port", "workers")


def _settings(options: argparse.Namespace) -> SettingsInForce:
    """Read the settings that a command runs with."""
    names = ("home",) if options.command == "doctor" else _OPTIONS
    return settings_in_force({name: getattr(options, name, None) for name in names})


def _inputs(options: argparse.Namespace, settings: Settings) -> Inputs:
    """Return where a build reads from, as settings and options say."""
    files: dict[str, Path] = {}
    for text in options.input:
        name, equals, file = text.partition("=")
        if not equals or not name or not file:
            raise UsageError(f"--input {text!r} is not NAME=FILE", hint="--input tables=plan.xlsx")
        files[name] = Path(file)
    if not settings.sources:
        return Inputs(data=shipped("data"), files=files)
    folder = Path(settings.sources)
    option = "the folder" if options.command == "links" else "--sources"
    name = option if options.sources is not None else "the setting sources:"
    if not folder.is_dir():
        raise UsageError(f"{name} {folder}: no such folder", hint="see data/README.md")
    if not (folder / "sources").is_dir():
        folder = folder.absolute().parent if folder.name == "sources" else folder
    if not (folder / "sources").is_dir():
        raise UsageError(
            f"{name} {folder}: neither a folder named sources nor one that holds it",
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
    progress = Progress()
    report = check_sources(_inputs(options, settings), settings, progress).report
    with suppress(OgpldError):  # a check says nothing of the releases in the home
        if move := base_move(ReleaseStore(settings.home).current(), settings.base_iri):
            progress.warn(f"{move}; a build would be refused without --move-base")
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
    published = publish_sources(
        _inputs(options, settings),
        settings,
        Progress(),
        full=options.full,
        allow_shrink=options.allow_shrink,
        move_base=options.move_base,
        base_origin=options.base_origin,
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
        _warn_of_unsaid(settings)
        return 0
    counts = ", ".join(f"{number} {name}" for name, number in release.manifest.classes.items())
    sys.stdout.write(
        f"published release {release.id}: {release.manifest.quads} quads in "
        f"{release.manifest.graphs} graphs ({counts})\n"
    )
    if published.report is not None:
        sys.stdout.write(
            f"{published.report.summary()}; see {release.path / REPORT} or ogpld releases show\n"
        )
    write_missing_dumps(settings)
    _warn_of_unsaid(settings)
    return 0


def _warn_of_unsaid(settings: Settings) -> None:
    """Tell an operator what pages and catalogue cannot say yet."""
    if missing := unsaid(settings):
        sys.stderr.write(
            "warning: pages, citations and catalogue do not say yet who publishes and whom to ask\n"
            f"  -> set {', '.join(missing)} in ogpld.toml or as OGPLD_*\n"
        )


def _links(options: argparse.Namespace, settings: Settings) -> int:
    return run_links(_inputs(options, settings), settings, as_json=options.json)


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from ogpld.web.server.serve import serve  # noqa: PLC0415  (a build should not load the web)

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
    "claims": run_claims,
    "links": _links,
    "match": run_match,
    "export": run_export,
    "mcp": run_mcp,
    "backup": run_backup,
    "restore": run_restore,
    "push": run_push,
}
