"""Members, plans and reports are called on pages as the language of the page calls them, and in data as ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from support.running import Server, start_server, stop_server
from support.sample_data import SOURCES, copy_sample

from ogpld.config import Settings
from ogpld.pipeline.inputs import Inputs
from ogpld.pipeline.pipeline import publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.provenance import _OWN
from ogpld.web.pages.graph_names import OWN

_PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def naming_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample data and the names that CLDR gives members in many languages."""
    folder = tmp_path_factory.mktemp("names")
    data = copy_sample(folder / "data", (*SOURCES, "cldr-names"))
    home = folder / "home"
    assert publish_sources(Inputs(data=data), Settings(home=home), Progress()).new
    server = start_server(home, folder / "log")
    yield server
    stop_server(server)


@pytest.mark.parametrize(
    ("path", "estonian", "english"),
    [
        ("/doc/member/EST", '<h1><bdi lang="et">Eesti</bdi></h1>', ">Estonia</bdi></h1>"),
        ("/doc/member/LVA", "Läti:", "Latvia:"),
        ("/doc/member", ">Läti</bdi>", ">Latvia</bdi>"),
        ("/doc/commitment/EE0013", ">Eesti</bdi>", ">Estonia</bdi>"),
        ("/", "<bdi>Eesti</bdi>", "<bdi>Estonia</bdi>"),
        ("/chart/completion-by-member", ">Läti", ">Latvia"),
        ("/compare?member=EST&member=LVA", "Eesti ja Läti", "Estonia ja Latvia"),
        ("/doc/commitment?member=LVA", "Läti:", "Latvia:"),
        ("/dataset/ogpld", "<bdi>Eesti</bdi></a></li>", "<bdi>Estonia</bdi></a></li>"),
        ("/search?q=LVA", "<bdi>Läti</bdi>", "<bdi>Latvia</bdi>"),
        # of two names in the language the usual one
        ("/doc/member/GBR", '<h1><bdi lang="et">Ühendkuningriik<', ">United Kingdom</bdi></h1>"),
    ],
)
def test_pages_call_a_member_as_their_language_does(
    naming_server: Server, path: str, estonian: str, english: str
) -> None:
    """Pages in Estonian had the English name, where the data has the Estonian one."""
    address = f"{path}{'&' if '?' in path else '?'}lang=et"
    html = unescape(naming_server.get(address, headers=_PAGE).text)
    main = html.partition("<main")[2].partition('<details class="cite"')[0]
    assert estonian in main
    assert english not in main
    assert estonian not in naming_server.get(path, headers=_PAGE).text


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "et",
            ["Leedu", "Läti", "Sri Lanka", "Taani", "Uus-Meremaa", "Ühendkuningriik"],
        ),
        ("fr", ["Danemark", "Espagne", "Estonie", "États-Unis", "Finlande"]),
    ],
)
def test_members_by_name_are_in_the_order_of_the_language(
    naming_server: Server, language: str, names: list[str]
) -> None:
    """Letters of Estonian have their places in its alphabet; accents of French count for nothing."""
    html = naming_server.get(f"/doc/member?sort=name&lang={language}", headers=_PAGE).text
    rows = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert [n for n in re.findall(r"<bdi[^>]*>([^<]*)</bdi>", rows) if n in names] == names


def test_a_name_that_there_is_not_is_english(naming_server: Server) -> None:
    """A local member that has none in the language of the page."""
    html = naming_server.get("/doc/member/ARBA?lang=et", headers=_PAGE).text
    assert '<h1><bdi lang="en">Buenos Aires, Argentina</bdi></h1>' in html


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/doc/member.csv",
            "/doc/member/EST.ttl",
            "/doc/member/EST.jsonld",
            "/compare.csv?member=EST",
        ),
        *("/chart/completion-by-member.csv", "/chart/completion-by-member.rq"),
    ],
)
def test_data_calls_a_member_as_ever(naming_server: Server, path: str) -> None:
    """Whoever reads, and whatever the address names."""
    plain = naming_server.get(path)
    assert plain.status_code == 200
    naming_server.get("/doc/member?lang=et", headers=_PAGE)
    named = naming_server.get(
        f"{path}{'&' if '?' in path else '?'}lang=et", headers={"Accept-Language": "et"}
    )
    assert named.content == plain.content


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/compare?lang=fr", 'value="{}"'),
        ("/doc/member?sort=name&lang=fr", "<bdi>{}</bdi>"),
    ],
)
def test_members_stand_in_the_order_of_their_names(
    naming_server: Server, path: str, pattern: str
) -> None:
    """An accent puts no name behind all others."""
    html = unescape(naming_server.get(path, headers=_PAGE).text).partition("<main")[2]
    table = html.partition("<tbody")[2] or html
    places = [table.index(pattern.format(name)) for name in ("Estonie", "États-Unis", "Lettonie")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("path", "estonian", "french", "english"),
    [
        (
            "/doc/action-plan/GEO01",
            "Tegevuskava 2012-2014 (Gruusia)",
            "Plan d\u2019action 2012-2014 (Géorgie)",
            "Georgia action plan 2012-2014",
        ),
        (
            "/doc/report/GEO01-progress-report",
            "Eduaruanne, tegevuskava 2012-2014 (Gruusia)",
            "Rapport d\u2019étape, plan d\u2019action 2012-2014 (Géorgie)",
            "Progress Report, Georgia action plan 2012-2014",
        ),
        (
            "/doc/assessment/GE0006-completion-progress-report",
            "GE0006: Täitmine (vahehindamine): Osaliselt täidetud",
            "GE0006\u00a0: Achèvement (mi-parcours)\u00a0: Limité",
            "GE0006: Completion (mid-term): Limited",
        ),
    ],
)
def test_names_that_are_ours_have_words_in_every_language(
    naming_server: Server, path: str, estonian: str, french: str, english: str
) -> None:
    """Made of codes, members and years, they were in English on every page."""
    for language, name in (("et", estonian), ("fr", french), ("en", english)):
        html = unescape(naming_server.get(f"{path}?lang={language}", headers=_PAGE).text)
        assert f'<h1><bdi lang="{language}">{name}</bdi></h1>' in html
    assert english in naming_server.get(f"{path}.ttl").text


@pytest.mark.parametrize(
    ("language", "typed", "name"),
    [
        ("en", "esto", "Estonia"),
        ("fr", "esto", "Estonie"),
        ("et", "ees", "Eesti"),
        ("en", "Viro", "Viro"),
    ],
)
def test_a_member_is_proposed_by_its_name_in_the_language_of_the_page(
    naming_server: Server, language: str, typed: str, name: str
) -> None:
    """Names in languages that nobody asked for came first where they are shorter; alone they are found."""
    answer = naming_server.get(f"/suggest?q={typed}&lang={language}").json()
    assert answer[1][0] == name
    html = naming_server.get(f"/search?q={typed}&lang={language}", headers=_PAGE).text
    first = html.partition('<ol class="hits"')[2].partition("</a>")[0]
    assert re.sub("<[^>]*>", "", first).split() == ['start="1">', name]


def test_a_key_is_proposed_by_the_name_of_its_thing(naming_server: Server) -> None:
    """The key stood where people read a name."""
    _typed, names, descriptions, _addresses = naming_server.get("/suggest?q=EE001").json()
    assert not [name for name in names if name.startswith("EE00")]
    assert all(description.startswith("EE001") for description in descriptions)
    html = naming_server.get("/search?q=EE0013", headers=_PAGE).text
    first = html.partition('<ol class="hits"')[2].partition("</li>")[0]
    assert first.index("Anti-Corruption") < first.index("<code>EE0013</code>")


def test_a_title_of_a_source_is_never_translated(naming_server: Server) -> None:
    """Of a plan that has one."""
    html = naming_server.get("/doc/action-plan/EST06?lang=et", headers=_PAGE).text
    assert '<h1><bdi lang="en">Estonia Action Plan' in html


def test_options_have_the_language_that_they_are_in(naming_server: Server) -> None:
    """Members with a name in the language were marked as English."""
    html = unescape(naming_server.get("/chart/completion-by-cycle?lang=fr", headers=_PAGE).text)
    assert '<option value="GEO">Géorgie</option>' in html
    assert '<option value="ARBA" lang="en">Buenos Aires, Argentina</option>' in html


def test_words_of_ours_on_pages_of_things_are_in_the_language(naming_server: Server) -> None:
    """Graphs of ours, headings of what points at a code, and where a value was taken from."""
    html = unescape(naming_server.get("/graph/derived/GEO01?lang=et", headers=_PAGE).text)
    assert '<h1><bdi lang="et">Arvutatud väited: GEO01</bdi></h1>' in html
    html = unescape(naming_server.get("/code/completion/limited?lang=fr", headers=_PAGE).text)
    assert "Have this as" not in html
    assert set(_OWN.values()) == OWN


def test_a_plan_without_dates_contradicts_no_title(naming_server: Server) -> None:
    """Beside "Estonia Action Plan 2018-2020" stood "of 2018, end not known", and "2018" on the page of Estonia."""
    html = naming_server.get("/doc/action-plan/EST04", headers=_PAGE).text
    assert "of 2018, the date of its end is not known." in html
    html = naming_server.get("/doc/member/EST", headers=_PAGE).text
    assert '<span class="when">from 2018</span>' in html
    assert '<span class="when">2016 to 2018</span>' in html
