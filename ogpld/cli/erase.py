"""`ogpld releases erase`: show what would be erased, ask, erase, and say which caches to purge."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import ReleaseError, UsageError
from ogpld.pipeline.erasing import ErasurePlan, erase, plan_erasure, resume_erasure
from ogpld.pipeline.erasing.erased_queries import concerned_queries
from ogpld.pipeline.erasing.purge import purge_addresses
from ogpld.pipeline.progress import Progress
from ogpld.rdf import PREFIXES, BlankNode, Quad, parse_quads
from ogpld.release import ReleaseStore
from ogpld.release.erasure.erasure_record import Erasure
from ogpld.release.erasure.erasure_scope import Selection


def run_erase(options: argparse.Namespace, settings: Settings) -> int:
    """Erase, or show what would be erased, and return the exit code."""
    release_store = ReleaseStore(settings.home)
    if options.resume:
        return _resume(release_store, options.purge_list)
    selection = _selection(options)
    if not options.reason and not options.dry_run:
        raise UsageError(
            "an erasure needs --reason TEXT", hint="the record says when and why, not what"
        )
    plan = plan_erasure(release_store, selection)
    _print_plan(plan)
    if queries := concerned_queries(settings.home, plan.scope):
        sys.stdout.write(f"permanent queries that would be taken out: {len(queries)}\n")
    if plan.is_empty:
        sys.stdout.write("no release holds anything of it; nothing to erase\n")
        return 1
    if options.dry_run:
        sys.stdout.write("nothing was changed (--dry-run)\n")
        return 0
    if not options.yes and not _confirmed():
        sys.stdout.write("nothing was changed\n")
        return 1
    erasure = erase(release_store, selection, options.reason, settings, Progress())
    if erasure is None:
        raise ReleaseError("another publisher changed the releases meanwhile", hint="run it again")
    _print_erasure(release_store, erasure, options.purge_list)
    return 0


def _resume(release_store: ReleaseStore, purge_list: Path | None) -> int:
    erasure = resume_erasure(release_store)
    if erasure is None:
        sys.stdout.write("no erasure is half done\n")
        return 0
    _print_erasure(release_store, erasure, purge_list)
    return 0


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "an erasure cannot be undone, and nobody can be asked here",
            hint="look at the plan above, then run it again with --yes",
        )
    sys.stdout.write("This cannot be undone. Type yes to erase: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def _selection(options: argparse.Namespace) -> Selection:
    """Return what the command line names.

    Raises:
        UsageError: when it names nothing, or something that cannot be read.
    """
    things: list[str] = []
    statements: list[tuple[str, str, str | None]] = []
    for text in options.targets:
        iri = text.strip()
        if any(blank in iri for blank in " \t\n"):
            statements += _statements(iri)
        else:
            things.append(iri.removeprefix("<").removesuffix(">"))
    for text in options.statement:
        statements += _statements(text.strip())
    if options.property:
        if not things or statements:
            raise UsageError("--property needs the IRI of its thing", hint="see --help")
        name = _expanded(options.property)
        statements = [(f"<{thing}>", f"<{name}>", None) for thing in things]
        things = []
    if not things and not statements:
        raise UsageError("nothing is named", hint="give the IRI of a thing, or a statement")
    return Selection(tuple(things), tuple(statements), options.everywhere)


def _statements(text: str) -> list[tuple[str, str, str | None]]:
    """Read statements of N-Triples or N-Quads; the last full stop may be missing."""
    complete = text if text.endswith(".") else f"{text} ."
    try:
        quads = [quad for quad in parse_quads(complete, "nq") if isinstance(quad, Quad)]
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"the statement cannot be read as N-Triples: {error}",
            hint='write it as <subject> <property> <value>, or "text"@en for a text',
        ) from error
    if any(isinstance(quad.subject, BlankNode) for quad in quads):
        raise UsageError("published data has no blank nodes", hint="name the thing by its IRI")
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in quads]


def _expanded(name: str) -> str:
    """Return the IRI of a property, given as IRI or with a prefix of ours."""
    plain = name.removeprefix("<").removesuffix(">")
    prefix, colon, rest = plain.partition(":")
    if colon and not rest.startswith("//") and prefix in PREFIXES:
        return PREFIXES[prefix] + rest
    return plain


def _print_plan(plan: ErasurePlan) -> None:
    """Print what is where, in numbers: the text itself would end up in logs of terminals."""
    scope, write = plan.scope, sys.stdout.write
    if scope.things:
        write(f"{_counted(len(scope.things), 'thing')} would go whole:\n")
        for iri in sorted(scope.things):
            write(f"  {iri}{'  (cannot be without it)' if iri in scope.required else ''}\n")
    if scope.subjects:
        write(f"{_counted(len(scope.subjects), 'other thing')} would lose statements:\n")
        for iri in sorted(scope.subjects):
            write(f"  {iri}\n")
    for entry in plan.releases:
        pruned = " (pruned)" if entry.release.pruned else ""
        write(f"release {entry.release.id}{pruned}: ")
        write(", ".join(f"{n} in {name}" for name, n in entry.counts.items()) or "nothing")
        write("\n")
    if scope.shared:
        write(
            f"{_counted(scope.shared, 'statement')} of other things say the same as a whole value "
            "and stay; --everywhere erases them too\n"
        )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_erasure(release_store: ReleaseStore, erasure: Erasure, purge_list: Path | None) -> None:
    write = sys.stdout.write
    for entry in erasure.releases:
        write(f"{entry.before} is {entry.after} now\n")
    write(f"erasure {erasure.number} is recorded; release {erasure.closing} tells it\n")
    write(
        "the next build is refused while a source still makes what was erased: empty those cells\n"
    )
    addresses = purge_addresses(release_store.get(erasure.closing).iris, erasure)
    if purge_list is None:
        write("caches outside (proxies, CDN) must forget:\n")
        write("".join(f"  {address}\n" for address in addresses))
        return
    try:
        purge_list.write_text("".join(f"{a}\n" for a in addresses), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{purge_list} cannot be written: {error.strerror}; the erasure is done",
            hint="the addresses are those of the things, lists, feeds and old releases at /erasures",
        ) from error
    write(f"addresses that caches outside must forget: {len(addresses)}, in {purge_list}\n")
