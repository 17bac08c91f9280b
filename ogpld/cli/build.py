"""`ogpld build` and `ogpld check`: read the sources, say what is wrong with them, publish them."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ogpld.catalogue.authority import unsaid
from ogpld.cli.dumps import write_missing_dumps
from ogpld.config import Settings
from ogpld.errors import OgpldError, UsageError
from ogpld.executors import BuildExecutor
from ogpld.executors.cluster import cluster_executor
from ogpld.executors.processes import ProcessExecutor, usable_cores
from ogpld.paths import shipped
from ogpld.pipeline import Inputs, check_sources, publish_sources
from ogpld.pipeline.base_move import base_move
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore
from ogpld.release.release_store import REPORT
from ogpld.report import Report, report_turtle


def inputs_of(options: argparse.Namespace, settings: Settings) -> Inputs:
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


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Print what is wrong with the sources; 1 where a build would be refused."""
    progress = Progress()
    inputs = inputs_of(options, settings)
    with _executor(options) as executor:
        report = check_sources(inputs, settings, progress, executor=executor).report
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


def run_build(options: argparse.Namespace, settings: Settings) -> int:
    """Publish the sources; 1 where they are refused."""
    gc.disable()  # a build makes much, keeps most of it and ends: looking for garbage finds none
    try:
        with _executor(options) as executor:
            return _built(options, settings, executor)
    finally:
        gc.freeze()


@contextmanager
def _executor(options: argparse.Namespace) -> Iterator[BuildExecutor]:
    """Give what runs the parts of a build: as many processes as there are cores, unless options say else."""
    jobs = options.jobs or usable_cores()
    if options.cluster:
        with cluster_executor(options.cluster, jobs) as executor:
            yield executor
    else:
        yield ProcessExecutor(jobs)


def _built(options: argparse.Namespace, settings: Settings, executor: BuildExecutor) -> int:
    published = publish_sources(
        inputs_of(options, settings),
        settings,
        Progress(),
        full=options.full,
        allow_shrink=options.allow_shrink,
        move_base=options.move_base,
        base_origin=options.base_origin,
        executor=executor,
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
        write_missing_dumps(settings, executor)
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
    write_missing_dumps(settings, executor)
    _warn_of_unsaid(settings)
    return 0


def _warn_of_unsaid(settings: Settings) -> None:
    """Tell an operator what pages and catalogue cannot say yet."""
    if missing := unsaid(settings):
        sys.stderr.write(
            "warning: pages, citations and catalogue do not say yet who publishes and whom to ask\n"
            f"  -> set {', '.join(missing)} in ogpld.toml or as OGPLD_*\n"
        )
