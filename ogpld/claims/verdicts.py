"""Verdicts: what a release says of each claim, as a file, as statements, and against the release before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.rdf import CODE, NS, Literal, NamedNode, Quad, english
from ogpld.report import Finding, Severity
from ogpld.wording import marked

#: The file of a release that has its verdicts.
FILE = "claims.json"
#: The graph of statements that tell verdicts; claims are asked of the data without it.
GRAPH = "verdicts"
AGREES, DIFFERS, CANNOT = "agrees", "differs", "cannot-be-asked"
#: Verdicts in words.
WORDS = {AGREES: marked("agrees"), DIFFERS: marked("differs"), CANNOT: marked("cannot be asked")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the data says of a claim.

    Attributes:
        claim: the claim's key.
        verdict: notation of the code list `verdict`.
        value: what the data gives, several values separated by semicolons; "" where it was not asked.
        reason: why, a sentence.
    """

    claim: str
    verdict: str
    value: str
    reason: str

    @property
    def words(self) -> str:
        """The verdict in words."""
        return WORDS.get(self.verdict, self.verdict)


def as_json(verdicts: Iterable[Verdict]) -> bytes:
    """Return verdicts as the file of a release holds them."""
    entries = [asdict(verdict) for verdict in verdicts]
    return (json.dumps({"claims": entries}, ensure_ascii=False, indent=1) + "\n").encode()


def read_verdicts(release: Path | None) -> dict[str, Verdict]:
    """Return the verdicts of a release by claim; none where it has none that can be read.

    Args:
        release: the release's folder, None where there is none.
    """
    if release is None:
        return {}
    try:
        entries = json.loads((release / FILE).read_bytes())["claims"]
        verdicts = [Verdict(**entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {verdict.claim: verdict for verdict in verdicts}


def verdict_quads(verdicts: Iterable[Verdict], iris: Iris) -> Iterator[Quad]:
    """Yield the statements that tell verdicts."""
    graph = iris.graph(GRAPH)
    for verdict in verdicts:
        claim = iris.thing("claim", verdict.claim)
        pairs: list[tuple[NamedNode, NamedNode | Literal]] = [
            (NS("verdict"), CODE(f"verdict/{verdict.verdict}")),
            (NS("reason"), english(verdict.reason)),
        ]
        if verdict.value:
            pairs.append((NS("result"), Literal(verdict.value)))
        for predicate, value in pairs:
            yield Quad(claim, predicate, value, graph)


def changed_verdicts(
    before: Mapping[str, Verdict],
    verdicts: Iterable[Verdict],
    places: Mapping[str, Where],
    iris: Iris,
) -> list[Finding]:
    """Return a Warning for each claim whose verdict is another than in the release before.

    Args:
        before: verdicts of the release before.
        verdicts: those of this build.
        places: the row of each claim.
        iris: the IRI policy.
    """
    return [
        Finding(
            Severity.WARNING,
            iris.thing("claim", verdict.claim).value,
            f"the verdict on a published figure was {old.words} and is {verdict.words} now. {verdict.reason}",
            path=NS("verdict").value,
            value=verdict.words,
            where=(places[verdict.claim],),
            hint="look at what changed in the data; a claim's query may need the change too",
        )
        for verdict in verdicts
        if (old := before.get(verdict.claim)) and old.verdict != verdict.verdict
    ]
