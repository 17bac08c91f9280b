"""The score of data.europa.eu, criterion by criterion."""

from __future__ import annotations

import pytest
from support import little_content as content
from support.little import Answer, Little, Request, finish, serving

from ogpld.doctor.client import Client
from ogpld.doctor.criteria import CRITERIA
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.examination_report import as_text
from ogpld.doctor.examine import Examination, examine
from ogpld.doctor.quality import CriterionScore, QualityScore, assess
from ogpld.doctor.server_map import ExaminedServer

_DCAT, _DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
_IANA = "http://www.iana.org/assignments/media-types/"
#: For each criterion a text of the catalogue, and what it becomes so that the criterion is missed.
MISSED = {
    "keyword": (f"{_DCAT}keyword", "urn:x"),
    "theme": (f"{_DCAT}theme", "urn:x"),
    "spatial": (f"{_DCT}spatial", "urn:x"),
    "temporal": (f"{_DCT}temporal", "urn:x"),
    "access-answers": (
        f"<{_DCAT}accessURL> <{content.BASE}dataset/all",
        f"<{_DCAT}accessURL> <{content.BASE}gone",
    ),
    "download": (f"{_DCAT}downloadURL", "urn:x"),
    "download-answers": ("dump/all.nt.gz", "dump/gone"),
    "format": (f"{_DCT}format", "urn:x"),
    "media-type": (f"{_DCAT}mediaType", "urn:x"),
    "types-listed": (f"{_IANA}application/n-triples", "urn:nt"),
    "non-proprietary": ("file-type/RDF_N_TRIPLES", "file-type/XLS"),
    "machine-readable": ("file-type/RDF_N_TRIPLES", "file-type/HTML"),
    "dcat-ap": (f"dataset/all> <{_DCT}title>", "dataset/all> <urn:x>"),
    "licence": (f"{_DCT}license", "urn:x"),
    "licence-listed": ("licence/CC_BY_4_0", "nothing"),
    "access-rights": (f"{_DCT}accessRights", "urn:x"),
    "access-rights-listed": (
        f"accessRights> <{content.EU}access-right/PUBLIC",
        "accessRights> <urn:y",
    ),
    "contact": (f"{_DCAT}contactPoint", "urn:x"),
    "publisher": (f"<{content.BASE}dataset/all> <{_DCT}publisher", "<urn:d> <urn:x"),
    "rights": (f"{_DCT}rights", "urn:x"),
    "byte-size": (f"{_DCAT}byteSize", "urn:x"),
    "issued": (f"{_DCT}issued", "urn:x"),
    "modified": (f"{_DCT}modified", "urn:x"),
}


def _assessed(old: str = "", new: str = "") -> QualityScore:
    site = Little()

    def respond(request: Request) -> Answer:
        answer = site.answer(request)
        if request.path == "/catalog.ttl" and old:
            assert old.encode() in answer.body, old
            answer.text(old, new)
        return finish(request, answer)

    with serving(respond) as url:
        quality = assess(ExaminedServer(url, Client(ExaminationLimits())))
    assert quality is not None
    return quality


def test_there_are_405_points() -> None:
    """The weights are those of the methodology."""
    assert sum(c.points for c in CRITERIA) == 405
    assert [(d, m) for d, _, m in _assessed().dimensions()] == [
        ("findability", 100),
        ("accessibility", 100),
        ("interoperability", 110),
        ("reusability", 75),
        ("contextuality", 20),
    ]


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda c: c.id)
def test_a_criterion_that_is_missed_earns_nothing(criterion: object) -> None:
    """What is missed is told with who must act and what is to be done."""
    name = criterion.id  # type: ignore[attr-defined]
    scores = {s.criterion.id: s for s in _assessed(*MISSED[name]).scores}
    assert scores[name].points == 0
    assert scores[name].missed
    assert scores[name].actor in {"software", "operator"}
    assert scores[name].remedy


def test_points_go_by_the_share_that_meets_a_criterion() -> None:
    """One of two data sets with a keyword is half the points."""
    second = f"\n<{content.BASE}dataset/two> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_DCAT}Dataset> .\n"
    scores = {s.criterion.id: s for s in _assessed("\n", second).scores}
    assert (scores["keyword"].met, scores["keyword"].of, scores["keyword"].points) == (1, 2, 15)


def test_an_address_that_is_not_there_is_no_fault_of_the_operator() -> None:
    """Whoever writes the catalogue must act for a missing downloadURL, the operator for a dead one."""
    dead = {s.criterion.id: s for s in _assessed(*MISSED["download-answers"]).scores}
    assert dead["download-answers"].actor == "operator"
    absent = {s.criterion.id: s for s in _assessed(*MISSED["download"]).scores}
    assert absent["download-answers"].actor == "software"
    assert "downloadURL" in absent["download-answers"].remedy


def test_the_score_has_a_name() -> None:
    """Ratings are those data.europa.eu shows."""
    assert _assessed().rating == "Excellent"
    assert _assessed(f"{_DCAT}distribution", "urn:x").rating == "Sufficient"


def test_no_catalogue_has_no_score() -> None:
    """A site without a catalogue gets no score instead of a low one."""
    with serving(lambda request: Answer(404)) as url:
        assert assess(ExaminedServer(url, Client(ExaminationLimits()))) is None


def test_of_very_many_files_a_sample_is_asked_for() -> None:
    """The same ones every time, in the check of addresses and in the score, which both say how many."""
    paths: list[str] = []
    many = "".join(
        f"""<dataset/all> dcat:distribution <dataset/all#{n}> .
        <dataset/all#{n}> a dcat:Distribution ; dcat:downloadURL <dump/{n}> ; dcat:accessURL <dataset/all> .
        """
        for n in range(1_000)
    )
    site = Little()

    def respond(request: Request) -> Answer:
        if request.path.removeprefix("/dump/").isdecimal():
            paths.append(request.path)
            return finish(request, Answer(200, {"content-type": "text/plain"}, b"x"))
        return finish(request, site.answer(request))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "CATALOGUE", content.CATALOGUE + many)
        with serving(respond) as url:
            examined = [
                examine(url, Client(ExaminationLimits(addresses=50)), only=["catalogue.links"])
                for _ in range(2)
            ]
            quality = assess(ExaminedServer(url, Client(ExaminationLimits(addresses=50))))
    for examination in examined:
        (outcome,) = examination.outcomes
        assert (outcome.outcome, outcome.failures) == ("pass", ())
        assert outcome.reason == "downloadURL: 50 of 1,001 addresses were asked for"
        assert outcome.reason in as_text(examination)
    assert len(set(paths)) in {49, 50}
    assert len(paths) == 3 * len(set(paths))
    assert quality is not None
    scores = {score.criterion.id: score for score in quality.scores}
    assert (scores["download-answers"].of, scores["download-answers"].total) == (50, 1_001)
    assert scores["download-answers"].met == 50
    assert (scores["access-answers"].of, scores["byte-size"].of) == (1_001, 1_001)
    text = as_text(Examination("", (), quality, 0))
    assert "download-answers      50 of 50 distributions, a sample of 1001" in text


def _sampled(
    distributions: list[str], most: int, loose: str = ""
) -> tuple[dict[str, CriterionScore], set[str], str]:
    """Return the scores of these distributions, the addresses asked for and what the check of them says.

    Addresses with `dead` in them are not there.
    """
    paths: set[str] = set()
    many = "".join(
        f"<dataset/all> dcat:distribution <dataset/all#{n:04}> . <dataset/all#{n:04}> a dcat:Distribution{text} .\n"
        for n, text in enumerate(distributions)
    )
    catalogue = content.CATALOGUE.replace("dcat:distribution <dataset/all#nt>", "a dcat:Resource")
    for address in ("dcat:accessURL <dataset/all>", "dcat:downloadURL <dump/all.nt.gz>"):
        catalogue = catalogue.replace(f"{address} ;", "")
    site = Little()

    def respond(request: Request) -> Answer:
        if request.path.startswith("/at/"):
            paths.add(request.path)
            return finish(request, Answer(404 if "dead" in request.path else 200, {}, b"x"))
        return finish(request, site.answer(request))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "CATALOGUE", f"{catalogue}\n{many}{loose}")
        with serving(respond) as url:
            client = Client(ExaminationLimits(addresses=most))
            examination = examine(url, client, only=["catalogue.links"])
            quality = assess(ExaminedServer(url, client))
    assert quality is not None
    (outcome,) = examination.outcomes
    return {score.criterion.id: score for score in quality.scores}, paths, outcome.reason


def test_a_sample_has_those_without_an_address_in_their_share() -> None:
    """Half of the distributions are files, and all of these answer: half the points."""
    files = [f" ; dcat:downloadURL <at/{n:04}>" if n % 2 else "" for n in range(2_000)]
    for order in (files, sorted(files)):
        scores, paths, note = _sampled(order, 200)
        answer = scores["download-answers"]
        assert (answer.points, answer.met * 2, answer.total) == (15, answer.of, 2_000)
        assert (answer.actor, len(paths)) == ("software", 200)
        assert note == "downloadURL: 200 of 1,000 addresses were asked for"


@pytest.mark.parametrize("dead", [0, 5])
def test_of_a_distribution_in_a_sample_all_addresses_are_asked_for(dead: int) -> None:
    """Fewer distributions are judged where each has several addresses."""
    several = [
        f" ; dcat:accessURL <at/{n}/a>, <at/{n}/{'dead' if n < dead else 'b'}>" for n in range(10)
    ]
    scores, paths, note = _sampled(several, 5)
    answer = scores["access-answers"]
    assert (answer.met, answer.of, answer.total) == (1 if dead else 2, 2, 10)
    assert answer.points == (25 if dead else 50)
    assert answer.actor == ("operator" if dead else "")
    assert len(paths) == 4
    assert note == "accessURL: 4 of 20 addresses were asked for"


def test_one_distribution_at_least_is_judged() -> None:
    """Also where it alone has more addresses than the limit allows."""
    several = [f" ; dcat:accessURL <at/{n}/a>, <at/{n}/b>, <at/{n}/c>" for n in range(4)]
    scores, paths, note = _sampled(several, 1)
    assert (scores["access-answers"].met, scores["access-answers"].of) == (1, 1)
    assert len(paths) == 3
    assert note == "accessURL: 3 of 12 addresses were asked for"


def test_a_distribution_with_very_many_addresses_does_not_stand_for_the_others() -> None:
    """The first of a hundred has more addresses than are asked for."""
    lots = ", ".join(f"<at/{n}/dead>" for n in range(100))
    scores, paths, _ = _sampled(
        [f" ; dcat:accessURL {lots}"] + [f" ; dcat:accessURL <at/{n}>" for n in range(99)], 20
    )
    answer = scores["access-answers"]
    assert answer.met == answer.of == len(paths) == 10


def test_an_address_that_many_share_is_asked_for_once() -> None:
    """What is bounded is the number of addresses, not that of distributions."""
    shared = [
        " ; dcat:accessURL <at/all>" if n < 90
        else f" ; dcat:accessURL <at/{n}>" for n in range(100)
    ]  # fmt: skip
    scores, paths, _ = _sampled(shared, 11)
    assert (scores["access-answers"].of, len(paths)) == (100, 11)
    scores, paths, _ = _sampled(shared, 6)
    assert 40 <= scores["access-answers"].of <= 60
    assert len(paths) <= 6


def test_distributions_of_no_data_set_leave_the_sample_as_it_is() -> None:
    """They have no score; they are asked for where the limit leaves something."""
    loose = "".join(
        f"<loose#{n}> a dcat:Distribution ; dcat:accessURL <at/0>, <at/loose{n}> .\n"
        for n in range(10)
    )
    some = [f" ; dcat:accessURL <at/{n}>" for n in range(10)]
    for most, judged, number in ((4, 4, 4), (10, 10, 10), (13, 10, 13), (20, 10, 20)):
        scores, paths, note = _sampled(some, most, loose)
        assert (scores["access-answers"].of, len(paths)) == (judged, number)
        assert note == (
            f"accessURL: {number} of 20 addresses were asked for" if number < 20 else ""
        )
