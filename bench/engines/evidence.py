"""What an engine would have to keep to be ours, run over each: the table of decision 23.

    PYTHONPATH=tests python bench/engines/evidence.py --home HOME [--engine sparq] [--part hostile]

Over pyoxigraph as we have it (`EmbeddedStore`), `sparq` and `oxilite` (`library_store.py`), each in a process
of its own whose queries run in forks that are killed (`forked_store.py`): the contract suite, the hostile
corpus with and without the guard, the W3C's evaluation tests, the rows of docs/sparql-deviations.md, the
named questions and the generated set. The environment is that of the project's tests with what of `sparq-rdf`
and `oxilite` is to be compared. What came of it: docs/decisions/0023-pyoxigraph-stays-the-engine.md.
"""

from __future__ import annotations

import argparse
import collections
import importlib.metadata
import logging
import multiprocessing
import pickle
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from answers import answer_of
from forked_store import ForkedStore
from library_store import LibraryStore, Oxilite, Sparq, with_union
from query_sets import feature_queries
from stores.test_deviations import answered, code, document
from stores.test_deviations import rows as deviations
from support import store_contract, w3c_evaluation
from support.corpus import corpus, decoys, sized
from support.mutations import broken, forbidden
from support.sample_data import sample_data
from support.sample_store import LIMITS

from ogpld.config import Settings
from ogpld.errors import OgpldError, QueryError
from ogpld.iris import Iris
from ogpld.model import load_model
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.queries.named import load_named
from ogpld.rdf import parse_quads
from ogpld.release import Release, ReleaseStore
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits

#: By the name of the module: the package.
ENGINES = {"pyoxigraph": "pyoxigraph", "oxilite": "oxilite", "sparq": "sparq-rdf"}
#: As in tests/web/test_hostile.py.
HOSTILE = Limits(deadline=1.0, memory=250_000_000)
#: Seconds that a server gives a query.
TEN = 10
#: So that a slow answer is an answer: what is compared is what it says.
PATIENT = Limits(deadline=30.0, memory=2_000_000_000, rows=1 << 40, bytes=1 << 32)


@dataclass
class Evidence:
    """What one engine did, by part and case: `""` is right, what begins with `refused` is no answer."""

    version: str = ""
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    ends: dict[str, dict[str, int]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)


class Trial:
    """One engine, and what came of it.

    Args:
        name: of its module.
        folder: for what it holds.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.evidence = Evidence(version=importlib.metadata.version(ENGINES[name]))

    def store(self, lines: Iterable[bytes], hidden: Iterable[str], limits: Limits) -> ForkedStore:
        """Load quads."""
        lines, hidden = list(lines), tuple(hidden)
        if self.name == "pyoxigraph":
            quads = parse_quads(b"".join(lines), "nq")
            return ForkedStore(EmbeddedStore.from_quads(quads, hidden, limits), limits)
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        with_union(lines, hidden, folder / "statements.nq")
        kind = Sparq if self.name == "sparq" else Oxilite
        engine = kind(folder / "statements.nq", folder / "saved")
        return ForkedStore(LibraryStore(engine, hidden, limits), limits)

    def run(self, part: str, work: Callable[[], dict[str, str]]) -> None:
        """Do a part, and say so."""
        begin = time.monotonic()
        self.evidence.parts[part] = work()
        counted, seconds = _counted(self.evidence.parts[part].values()), time.monotonic() - begin
        print(f"{self.name}: {part}: {counted}, {seconds:.0f} s", file=sys.stderr, flush=True)

    def contract(self) -> dict[str, str]:
        """Run the contract suite."""
        lines = store_contract.contract_data().encode().splitlines(keepends=True)
        store = self.store(lines, (store_contract.HIDDEN,), LIMITS)
        outcomes = {}
        for behaviour in (*store_contract.BEHAVIOURS, *store_contract.STOPPABLE):
            try:
                outcome = store_contract.outcome(store, behaviour)
            except OgpldError as error:
                outcome = f"refused: {error.code}"
            outcomes[behaviour.name] = outcome.replace("kept", "")
        return outcomes

    def hostile(self, release: Release, *, guard: bool) -> dict[str, str]:
        """Run the hostile corpus.

        With the guard every case has the status that is right; without it, any end in time is right.
        """
        limits = replace(HOSTILE, guard=guard)
        store = self.store(release.lines(), release.hidden_graphs, limits)
        patient = store.with_deadline(
            PATIENT.deadline
        )  # the suite asks again where the machine is busy
        outcomes = {}
        with socket.socket() as ear:
            ear.bind(("127.0.0.1", 0))
            ear.listen()
            ear.setblocking(False)  # noqa: FBT003  (its own interface)
            address = f"http://127.0.0.1:{ear.getsockname()[1]}/"
            cases = [*corpus(address), *sized(address), *forbidden(address), *broken()]
            for case in cases:
                status = _status(store, case.text)
                fine = status in case.expect if guard else status in {200, 400, 403, 413, 503}
                fine = fine and store.seconds < HOSTILE.deadline + 1
                outcomes[case.name] = "" if fine else f"{status} after {store.seconds:.1f} s"
            for text in decoys():
                status = _status(patient, text)
                outcomes[f"decoy {text[:80]}"] = "" if status == 200 else str(status)
            try:
                ear.accept()
            except BlockingIOError:
                pass
            else:
                outcomes["nobody is asked"] = "somebody was"
        self.evidence.ends["guarded" if guard else "not guarded"] = dict(store.ends)
        return outcomes

    def w3c(self) -> dict[str, str]:
        """Run the W3C's evaluation tests."""
        lines = sorted({f"{quad}\n".encode() for quad in w3c_evaluation.quads()})
        store = self.store(lines, (), Limits())
        outcomes = {}
        for case in w3c_evaluation.cases():
            fine = w3c_evaluation.passes(store, case)
            refused = f"refused: {store.refusal}" if store.refusal else "another answer"
            outcomes[case.name] = "" if fine else refused
        return outcomes

    def deviations(self) -> dict[str, str]:
        """Run the rows of docs/sparql-deviations.md, whose right answer is the specification's."""
        block = re.search(r"```trig\n(.*?)```", document(), re.DOTALL)
        quads = ox.parse(block[1] if block else "", format=ox.RdfFormat.TRIG)
        store = self.store([f"{quad} .\n".encode() for quad in quads], (), Limits())
        outcomes = {}
        for row in deviations():
            query, right = code(row[0]), code(row[2])
            answer = answered(store, query)  # type: ignore[arg-type]
            answer = answer.replace("error ", "refused: ")
            outcomes[query] = "" if answer == right else f"{answer} instead of {right}"
        return outcomes

    def questions(self, release: Release) -> None:
        """Keep what the named questions and the generated set are answered."""
        store = self.store(release.lines(), release.hidden_graphs, PATIENT)
        model, iris = load_model(), Iris(release.manifest.base_iri)
        named = {}
        for name, query in load_named().items():
            named[name] = query.bound({}, model, iris)
            if query.unknown:
                named[f"{name}: what is left out"] = query.bound_unknown({}, model, iris)
        for part, queries in (("named questions", named), ("generated set", feature_queries())):
            answers, seconds = {}, {}
            for name, text in queries.items():
                answers[name], seconds[name] = _said(store, text), store.seconds
            self.evidence.answers[part], self.evidence.seconds[part] = answers, seconds


def _status(store: ForkedStore, text: str) -> int:
    """Return the HTTP status that a query would have."""
    store.seconds = 0.0
    try:
        store.answer(Query(text))
    except QueryError as error:
        return error.status
    return 200


def _said(store: ForkedStore, text: str) -> Any:
    """Return what an answer says, the code of its error as a text."""
    try:
        answer = store.answer(Query(text, ("json", "nt")))
    except QueryError as error:
        return f"refused: {error.code}"
    if answer.kind == "graph":
        return collections.Counter(answer.body.splitlines())
    return answer_of(answer.body, "")


def try_engine(name: str, home: Path, sample: Path, into: Path, part: str) -> None:
    """Run everything over one engine, and keep what came of it in a file."""
    # it warns of literals that the suite has on purpose
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    release, little = ReleaseStore(home).current(), ReleaseStore(sample).current()
    assert release is not None  # noqa: S101
    assert little is not None  # noqa: S101
    with tempfile.TemporaryDirectory(prefix="ogpld-bench-") as folder:
        trial = Trial(name, Path(folder))
        parts: dict[str, Callable[[], dict[str, str]]] = {
            "contract suite": trial.contract,
            "W3C evaluation tests": trial.w3c,
            "docs/sparql-deviations.md": trial.deviations,
            "hostile corpus": lambda: trial.hostile(little, guard=True),
            "hostile corpus, no guard": lambda: trial.hostile(little, guard=False),
        }
        for title, work in parts.items():
            if part in title:
                trial.run(title, work)
        if part in "questions":
            trial.questions(release)
    into.write_bytes(pickle.dumps(trial.evidence))


def apart(answer: Any, usual: Any) -> str:
    """Return how an answer differs from ours, `""` when it does not."""
    if answer == usual:
        return ""
    if isinstance(answer, str) or isinstance(usual, str):
        return str(answer) if isinstance(answer, str) else f"an answer; ours: {usual}"
    if isinstance(answer, collections.Counter) and isinstance(usual, collections.Counter):
        more, less = (answer - usual).total(), (usual - answer).total()
        return f"{more:,} of {answer.total():,} rows more, {less:,} of our {usual.total():,} less"
    return f"{answer} instead of {usual}"


def _counted(outcomes: Collection[str]) -> str:
    """Return how many are right, are other answers, are none."""
    refused = sum(outcome.startswith("refused") for outcome in outcomes)
    wrong = sum(map(bool, outcomes))
    return f"{len(outcomes) - wrong} / {wrong - refused} / {refused}"


def report(every: dict[str, Evidence]) -> str:
    """Return the table and the names as Markdown."""
    ours = every["pyoxigraph"]
    for evidence in every.values():
        for part, answers in evidence.answers.items():
            evidence.parts[part] = {
                name: apart(answer, ours.answers[part][name]) for name, answer in answers.items()
            }
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}; Python {sys.version.split()[0]}",
        "",
        "| right / other / no answer | "
        + " | ".join(f"{n} {e.version}" for n, e in every.items())
        + " |",
        "|---|" + "---|" * len(every),
    ]
    for part in ours.parts:
        cells = [_counted(e.parts[part].values()) for e in every.values()]
        lines.append(f"| {part} | " + " | ".join(cells) + " |")
    for part in ours.ends:
        ends = [
            ", ".join(f"{count} {end}" for end, count in sorted(e.ends[part].items())) or "none"
            for e in every.values()
        ]
        lines.append(f"| forks ended by force, hostile, {part} | " + " | ".join(ends) + " |")
    for part in ours.answers:
        late = [sum(s > TEN for s in e.seconds[part].values()) for e in every.values()]
        lines.append(f"| {part}: longer than {TEN} s | " + " | ".join(map(str, late)) + " |")
    for name, evidence in every.items():
        lines += ["", f"## {name}"]
        for part, outcomes in evidence.parts.items():
            wrong = {case: outcome for case, outcome in outcomes.items() if outcome}
            if wrong:
                lines += ["", f"### {part}", ""]
                lines += [f"* `{case}`: {outcome}" for case, outcome in wrong.items()]
    return "\n".join(lines)


def main() -> None:
    """Write the table to standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--engine", action="append", choices=list(ENGINES), help="beside ours")
    parser.add_argument("--part", default="", help="words of its title, or `questions`")
    options = parser.parse_args()
    if ReleaseStore(options.home).current() is None:
        raise SystemExit(f"no release in {options.home}: run ogpld build")
    every = {}
    with tempfile.TemporaryDirectory(prefix="ogpld-bench-") as name:
        sample, into = Path(name) / "sample", Path(name) / "evidence"
        publish_sources(Inputs(data=sample_data()), Settings(home=sample), Progress())
        for engine in dict.fromkeys(["pyoxigraph", *(options.engine or ENGINES)]):
            arguments = (engine, options.home, sample, into, options.part)
            process = multiprocessing.get_context("spawn").Process(
                target=try_engine, args=arguments
            )
            process.start()
            process.join()
            if process.exitcode:
                print(f"left out: {engine}", file=sys.stderr)
                continue
            every[engine] = pickle.loads(into.read_bytes())  # noqa: S301  (our own process wrote it)
    print(report(every))


if __name__ == "__main__":
    main()
