"""Languages of pages: which one a request gets, what is said of it, and that every catalogue is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import requests
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from support.pages import read
from support.running import ROOT, Server

from ogpld.catalogue.linkset import read_header
from ogpld.charts.bars import UNKNOWN, Bar, Segment
from ogpld.errors import ERRORS
from ogpld.language_tags import LANGUAGES, nearest_name
from ogpld.model import Model
from ogpld.release import Release
from ogpld.release.changes import CREATE, Change
from ogpld.release.changes_in_words import in_words
from ogpld.statistics import release_statistics
from ogpld.web.http.languages import DEFAULT, negotiated_language
from ogpld.web.http.site_paths import keep_language
from ogpld.web.http.wordings import wording_of
from ogpld.web.lists.answer_table import _own_words, number
from ogpld.web.lists.list_index import first_label
from ogpld.web.pages.class_names import CLASS_NAMES
from ogpld.web.pages.error_response import TITLES
from ogpld.web.pages.templates import environment_of
from ogpld.wording import ENGLISH, english, plural_of, titled, write_in

PAGE = {"Accept": "text/html"}
OTHERS = [tag for tag in LANGUAGES if tag != DEFAULT]
LOCALE = ROOT / "ogpld/web/locale"
_PLACE = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("et", "et"),
        ("ET-ee", "et"),
        ("fr-CA-x-quebec, en;q=0.9", "fr"),
        ("en-US, et;q=0.9", "en"),  # a range that is shortened comes before one of less weight
        ("et;q=0.3, fr;q=0.7", "fr"),
        ("de, et;q=0.2", "et"),
        ("de-AT, pt", "en"),
        ("et;q=0", "en"),
        ("en;q=0, *", "et"),
        ("en;q=0", "et"),
        ("en;q=0, et;q=0, fr;q=0", "en"),  # a page in some language is better than none
        ("et;q=0, et-EE", "en"),
        ("*, en;q=0.1", "et"),
        ("et;q=high, fr;q=0.1", "fr"),
        ("et;q=1.5", "en"),
        (";;,,q=1,é\x00", "en"),
        ("et," * 3000, "en"),
        ("estonian", "en"),
    ],
)
def test_a_header_chooses_by_lookup(header: str | None, language: str) -> None:
    """RFC 9110 section 12.5.4, RFC 4647 section 3.4; what is absurd is passed over."""
    assert negotiated_language(header) == language


@pytest.mark.parametrize(
    "path", ["/", "/doc/commitment", "/search?q=x", "/doc/member/EST", "/nothing"]
)
def test_a_page_says_its_language(server: Server, path: str) -> None:
    """The header chooses and `Vary` says so; the parameter comes first, and nothing varies with it."""
    negotiated = server.get(path, headers={**PAGE, "Accept-Language": "et-EE, en;q=0.5"})
    assert '<html lang="et">' in negotiated.text
    assert negotiated.headers["Content-Language"] == "et"
    assert "Accept-Language" in negotiated.headers["Vary"].split(", ")
    named = server.get(
        path + ("&" if "?" in path else "?") + "lang=fr",
        headers={**PAGE, "Accept-Language": "et"},
    )
    assert '<html lang="fr">' in named.text
    assert named.headers["Content-Language"] == "fr"
    assert "Accept-Language" not in named.headers["Vary"]
    plain = server.get(path, headers=PAGE)
    assert '<html lang="en">' in plain.text
    assert plain.headers["Content-Language"] == "en"
    tags = [answer.headers.get("ETag") for answer in (negotiated, named, plain)]
    assert tags == [None] * 3 or len(set(tags)) == 3


def test_kept_pages_are_kept_by_language(server: Server) -> None:
    """The second answer is that of the language, and a condition on another's ETag does not hold."""
    requests = {tag: {**PAGE, "Accept-Language": tag} for tag in LANGUAGES}
    first = {tag: server.get("/code", headers=headers) for tag, headers in requests.items()}
    for tag, headers in requests.items():
        again = server.get("/code", headers=headers)
        assert (again.text, again.headers["ETag"]) == (first[tag].text, first[tag].headers["ETag"])
        held = {**headers, "If-None-Match": first[tag].headers["ETag"]}
        assert server.get("/code", headers=held).status_code == 304
        other = {**headers, "If-None-Match": first["en" if tag != "en" else "et"].headers["ETag"]}
        assert server.get("/code", headers=other).status_code == 200


@pytest.mark.parametrize(
    "path", ["/doc/member/EST.ttl", "/doc/member.csv", "/doc/member/EST.jsonld"]
)
def test_data_is_the_same_in_any_language(server: Server, path: str) -> None:
    """Texts of all languages are in it: nothing is chosen."""
    answer = server.get(path, headers={"Accept-Language": "et"})
    assert "Content-Language" not in answer.headers
    assert "Accept-Language" not in answer.headers.get("Vary", "")
    assert answer.content == server.get(f"{path}?lang=fr").content


def test_a_page_leads_to_itself_in_each_language(server: Server) -> None:
    """As links that are read and as `hreflang`; other parameters stay, and the named one is canonical."""
    html = server.get("/doc/commitment?member=EST&page=1&lang=et", headers=PAGE).text
    page = read(html)
    alternate = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))
    address = "/doc/commitment?member=EST&amp;page=1"
    assert {tag: href.partition("//")[2].partition("/")[2] for tag, href in alternate.items()} == {
        **{tag: f"{address[1:]}&amp;lang={tag}" for tag in LANGUAGES},
        "x-default": address[1:],
    }
    assert {f"/doc/commitment?member=EST&page=1&lang={tag}" for tag in LANGUAGES} <= set(page.hrefs)
    assert f'<link rel="canonical" href="{alternate["et"]}">' in html


def test_links_keep_the_language_that_is_named(server: Server) -> None:
    """Those to pages and the forms; what leads to files, and pages whose address names none, stay as they are."""
    page = read(server.get("/doc/commitment?member=EST&lang=et", headers=PAGE).text)
    inside = [href for href in page.hrefs if re.match(r"/(?!static)[^.]*$", href)]
    assert [href for href in inside if "lang=" not in href] == []
    assert any(href.startswith("/doc/commitment/") for href in inside)
    assert "/catalog.html?lang=et" in page.hrefs
    for href in ("/doc/member/EST?lang=et", "/queries?lang=et", "/sparql?lang=et"):
        assert '<html lang="et">' in server.get(href, headers=PAGE).text, href
    plain = server.get("/doc/commitment", headers={**PAGE, "Accept-Language": "et"}).text
    assert plain.count("lang=et") == plain.count("lang=fr")


@pytest.mark.parametrize(
    ("path", "is_page"),
    [
        *(("/code", True), ("/catalog.html", True), ("/release/1-a..2-b", True)),
        *(("/release/1-a..2-b.html?page=2", True), ("/source/members/members.csv?row=2", True)),
        *(("/release/1-a/source/x/y.csv", True), ("/source/x/y.csv.ttl", False)),
        *(("/source/x/y.csv?format=csv", False), ("/release/1-a..2-b.nq", False)),
        *(("/code.csv", False), ("/static/a.html", False), ("/dump/current/x.nq.gz", False)),
    ],
)
def test_a_link_to_a_page_keeps_the_language(path: str, *, is_page: bool) -> None:
    """Pages with a dot in their address led to English."""
    html = keep_language(f'<a href="{path}">', "et")
    assert ("lang=et" in html) == is_page


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/doc/commitment", "/search?q=x", "/fragments", "/sparql", "/queries/led-by"),
        *("/chart/completion-by-cycle", "/compare?member=EST", "/source/estonia/estonia.csv"),
        *("/release/current/chart/completion-by-cycle", "/release/current/doc/commitment"),
        *("/validate", "/match", "/design", "/sparql?query=ASK+%7B%7D"),
    ],
)
def test_forms_keep_the_language_that_is_named(server: Server, path: str) -> None:
    """Each that asks an address, once, and the address takes it; pages whose address names none have no field."""
    field = '<input type="hidden" name="lang" value="et">'
    path = path.replace("current", server.get("/healthz").json()["release"])
    html = server.get(path + ("&" if "?" in path else "?") + "lang=et", headers=PAGE).text
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    assert forms
    for form in forms:
        start = form[: form.index(">")]
        action = re.search(r'\saction="([^"]+)"', start)
        assert action, start
        is_sent = 'method="post"' in start
        assert form.count('name="lang"') == (not is_sent), start
        for place in [action[1], *re.findall(r'\sformaction="([^"]+)"', form)] * is_sent:
            assert place.endswith(("?lang=et", "&amp;lang=et")), form
        if field in form:
            answer = server.get(f"{action[1]}?lang=et", headers=PAGE)
            assert answer.status_code == 200, start
            assert '<html lang="et">' in answer.text, start
    plain = server.get(path, headers={**PAGE, "Accept-Language": "et"}).text
    assert 'name="lang"' not in plain
    assert not re.search(r'action="[^"]*lang=', plain)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/validate", {"text": "key\nx\n", "type": "text/csv"}),
        ("/validate", {"text": "", "type": "text/csv"}),
        ("/match", {"text": "Country\nEstonia\n", "column": "Country", "format": "html"}),
        ("/match", {"text": "Country\nEstonia\n", "column": "9"}),
    ],
)
def test_what_a_form_sends_is_answered_in_its_language(
    server: Server, path: str, fields: dict[str, str]
) -> None:
    """Reports and errors alike; forms that were sent as a body lost it."""
    form = server.get(f"{path}?lang=et", headers=PAGE).text
    action = re.search(r'<form method="post" action="([^"]+)"', form)
    assert action
    headers = {**PAGE, "Accept-Language": "fr"}
    answer = requests.post(server.url + action[1], data=fields, headers=headers, timeout=30)
    assert '<html lang="et">' in answer.text


def test_a_query_with_an_address_keeps_the_language_that_is_named(server: Server) -> None:
    """The button leads to the page of the query in the language in which it was pressed."""
    address, text = f"{server.url}/q?lang=et", {"query": "ASK {}"}
    answer = requests.post(address, data=text, allow_redirects=False, timeout=30)
    assert re.fullmatch(r"/q/\w+\?lang=et", answer.headers["Location"])


def test_no_template_has_a_form_that_loses_the_language() -> None:
    """Whatever page it is on: it is asked with a field, or sent to an address, that names the language."""
    starts = [
        start
        for template in (ROOT / "ogpld/web/templates").glob("*.html")
        for start in re.findall(r"<form\b[^>]*>", template.read_text())
    ]
    assert any('method="post"' in start for start in starts)
    for start in starts:
        html = keep_language(start, "et")
        assert ('lang=et"' in html) == ('method="post"' in start), start
        assert ('name="lang"' in html) == ('method="post"' not in start), start


def test_a_document_is_the_same_whoever_read_it_before(server: Server) -> None:
    """Links of the page at an address that names the language do, those of the other do not."""
    path = "/doc/member/EST"
    answers = [
        server.get(path, params=parameters, headers={**PAGE, "Accept-Language": "et"}).text
        for parameters in ({}, {"lang": "et"})
    ]
    canonical = [re.findall('rel="canonical" href="([^"]+)"', html)[0] for html in answers]
    assert [address.endswith("?lang=et") for address in canonical] == [False, True]
    assert ['href="/doc/action-plan?lang=et"' in html for html in answers] == [False, True]


@pytest.mark.parametrize("tag", ["en", "et"])
@pytest.mark.parametrize(
    "path",
    [
        *("/doc/member/EST", "/code/region", "/catalog", "/dataset/ogpld", "/graph/codes"),
        *("/docs/contract?page=2", "/shapes?page=2", "/source/estonia/estonia.csv?row=5"),
        *("/source/members/members.csv?page=2", "/release/current/doc/member/EST"),
    ],
)
def test_a_page_is_what_its_content_location_names(server: Server, path: str, tag: str) -> None:
    """Byte for byte and whatever language who asks there reads; where no `lang` is, none is added."""
    path = path.replace("current", server.get("/healthz").json()["release"])
    page = server.get(f"{path}{'&' if '?' in path else '?'}lang={tag}", headers=PAGE)
    place = page.headers["Content-Location"]
    assert place.endswith(f"lang={tag}")
    there = server.get(place, headers={"Accept-Language": "fr"})
    assert (there.headers["Content-Language"], there.content) == (tag, page.content)
    assert "lang=" not in server.get(path, headers=PAGE).headers["Content-Location"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/doc/commitment?member=EST&limit=2&page=2", "/doc/commitment.html?"),
        ("/fragments?page=2&part=2", "/fragments.html?page=2&part=2&"),
        ("/ns?page=2", "/ns.html?page=2&"),
    ],
)
def test_a_part_is_what_its_content_location_names(server: Server, path: str, place: str) -> None:
    """Of pages whose links keep the form that the address names."""
    page = server.get(f"{path}&lang=et", headers=PAGE)
    assert page.headers["Content-Location"].startswith(place)
    there = server.get(page.headers["Content-Location"])
    assert there.headers["Content-Language"] == "et"
    texts = [re.sub("<[^>]+>", "", html.partition("<main")[2]) for html in (page.text, there.text)]
    assert texts[0] == texts[1]


def test_a_picture_is_what_its_content_location_names(server: Server) -> None:
    """It has words in the language that the address names; rows and query have none."""
    path = "/chart/completion-by-cycle?region=europe"
    for kind, query in (("image/svg+xml", "&lang=et"), ("image/png", "&lang=et"), ("text/csv", "")):
        answer = server.get(f"{path}&lang=et", headers={"Accept": kind})
        place = answer.headers["Content-Location"]
        assert place.endswith(f"?region=europe{query}")
        assert server.get(place).content == answer.content


#: Relations of Link that keep the language of the page they are of.
_TO_PAGES = {"canonical", "first", "last", "next", "prev", "up"}
#: Forms with words in the language that their address names.
_WORDED = {"text/html", "image/svg+xml", "image/png"}


@pytest.mark.parametrize(
    "path",
    [
        *("/doc/member/EST", "/doc/commitment?limit=2&page=2", "/fragments?page=2", "/code"),
        *("/search?q=open&limit=2&page=2", "/queries/led-by", "/queries/led-by/unknown"),
        *("/chart/completion-by-cycle", "/chart/completion-by-cycle.svg", "/compare?member=EST"),
        *("/chart/completion-by-cycle/embed?region=europe", "/release/current/doc/member/EST"),
    ],
)
def test_headers_keep_the_language_that_is_named(server: Server, path: str) -> None:
    """Where they lead to pages and pictures; what is data, or is cited, is the same in any."""
    path = path.replace("current", server.get("/healthz").json()["release"])
    answer = server.get(f"{path}{'&' if '?' in path else '?'}lang=et", headers=PAGE)
    links = read_header(answer.headers.get("Link", ""))
    for link in links:
        to_page = link.rel in _TO_PAGES and "datetime" not in link.attributes
        is_kept = to_page or link.attributes.get("type") in _WORDED
        assert ("lang=et" in link.href) == is_kept, link
        if to_page:
            page = server.get(link.href, headers={**PAGE, "Accept-Language": "fr"})
            assert page.headers["Content-Language"] == "et"
    canonical = re.search('<link rel="canonical" href="([^"]+)">', answer.text)
    assert canonical is None or canonical[1].endswith("lang=et")
    plain = server.get(path, headers={**PAGE, "Accept-Language": "et"})
    assert "lang=" not in plain.headers.get("Link", "")


@pytest.mark.parametrize(
    "path",
    [
        *("/doc/member/EST.ttl", "/doc/member.jsonld?limit=2&page=2", "/doc/member.csv"),
        *("/fragments.trig?page=2", "/queries/led-by.csv", "/chart/completion-by-cycle.csv"),
    ],
)
def test_headers_of_data_lead_to_data_without_a_language(server: Server, path: str) -> None:
    """Whatever its address names; to the page and the pictures of it they lead in that language."""
    answer = server.get(f"{path}{'&' if '?' in path else '?'}lang=et")
    for link in read_header(answer.headers.get("Link", "")):
        is_worded = link.attributes.get("type") in _WORDED
        assert ("lang=et" in link.href) == is_worded, link


def test_pages_of_a_search_keep_the_language_that_is_named(server: Server) -> None:
    """As JSON too, whose labels are in it."""
    answer = server.get("/search?q=open&limit=2&page=2&lang=et&format=json")
    assert answer.json()["next"] == "/search?q=open&limit=2&page=3&format=json&lang=et"
    links = {link.rel: link.href for link in read_header(answer.headers["Link"])}
    assert links["next"] == answer.json()["next"]
    assert links["prev"] == "/search?q=open&limit=2&format=json&lang=et"


@pytest.mark.parametrize(
    "value", ["de", "xx", "et-EE", "english", "en,et", "../et", "%00", "%3Cscript%3E", "e" * 5000]
)
@pytest.mark.parametrize("path", ["/", "/doc/member", "/chart/completion-by-cycle", "/queries"])
def test_a_language_there_is_not_is_refused(server: Server, path: str, value: str) -> None:
    """With those there are, as other parameters."""
    answer = server.get(f"{path}?lang={value}", headers={"Accept": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "language-unknown")
    assert problem["available"] == list(LANGUAGES)
    page = server.get(f"{path}?lang={value}", headers={**PAGE, "Accept-Language": "et"})
    assert page.status_code == 400
    assert "<script>" not in page.text
    assert '<html lang="et">' in page.text


def _catalogue(tag: str) -> Path:
    return LOCALE / tag / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="module")
def texts() -> set[tuple[str, ...]]:
    """Every text that is marked for the catalogues, one and several."""
    python = [p for p in (ROOT / "ogpld").rglob("*.py") if "ogpld.wording" in p.read_text()]
    keywords = {**DEFAULT_KEYWORDS, "marked": None, "nmarked": (1, 2)}
    messages = [
        message
        for method, paths in (
            (
                "python",
                [*python, ROOT / "ogpld/wording.py", ROOT / "ogpld/web/pages/class_names.py"],
            ),
            ("jinja2", (ROOT / "ogpld/web/templates").glob("*.html")),
        )
        for path in paths
        for _, message, _, _ in extract_from_file(
            method, path, keywords, options={"trimmed": "true", "silent": "false"}
        )
    ]
    return {message if isinstance(message, tuple) else (message,) for message in messages}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_catalogue_is_whole(tag: str, texts: set[tuple[str, ...]]) -> None:
    """Every text of templates and code, none unsure, with the same places; `make messages` renews it."""
    catalogue = read_po(BytesIO(_catalogue(tag).read_bytes()), locale=tag, abort_invalid=True)
    held = {m.id if isinstance(m.id, tuple) else (m.id,): m for m in catalogue if m.id}
    assert held.keys() ^ texts == set()
    for text, message in held.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, text
        assert len(strings) == (len(text) if len(text) == 1 else catalogue.num_plurals)
        assert all(string.strip() for string in strings), text
        for string in strings:
            assert set(_PLACE.findall(string)) == set(_PLACE.findall(text[0])), text
            assert not set('<>&"') & set(string), text
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert compiled.getvalue() == _catalogue(tag).with_suffix(".mo").read_bytes()


def test_french_has_blanks_that_do_not_break() -> None:
    """A narrow one before most signs, a whole one before colons and within quotation marks."""
    catalogue = read_po(BytesIO(_catalogue("fr").read_bytes()), locale="fr")
    strings = [
        text
        for message in catalogue
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    wrong = re.compile(r"(?:^|[^\u202f])[;?!]|(?:^|[^\u00a0])[:»]|«(?!\u00a0)|[ \u00a0\u202f]{2}")
    assert [text for text in strings if wrong.search(text)] == []


def test_no_french_sentence_elides_a_name() -> None:
    """`Plan 5 de Estonie`, `de Maroc`: names stand beside what they belong to, in brackets or after a colon."""
    catalogue = read_po(BytesIO(_catalogue("fr").read_bytes()), locale="fr")
    names = "about|body|indicators|label|list|member|name|place|plan|table|target_link|text|thing|title|whose"
    elided = re.compile(rf"\b(?:de|du|le|la|que|[dl]\u2019|qu\u2019) ?%\((?:{names})\)s")
    strings = [
        text
        for message in catalogue
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    assert [text for text in strings if elided.search(text)] == []


def test_what_changed_is_told_in_the_typography_of_the_page() -> None:
    """The signs between parts are words of the language as well."""
    things = [Change(f"{n}", CREATE) for n in range(2)]
    classes, nouns = {"0": "Member", "1": "Report"}, {"Member": "member", "Report": "report"}
    write_in(wording_of("fr"))
    assert in_words(things, classes, nouns) == (
        "ajouts\u00a0: 1 membre\u202f; ajouts\u00a0: 1 rapport"
    )
    assert titled("Estonie", "a") == "Estonie\u00a0: a"
    write_in(ENGLISH)
    assert in_words(things, classes, nouns) == "1 member new; 1 report new"


def test_classes_with_pages_have_names_in_catalogues(model: Model) -> None:
    """In headings, one and several; of others, whose parts stand on pages, several at most."""
    labels = {d.label for d in model.classes.values() if d.segment}
    with_pages = labels | {plural_of(label) for label in labels}
    assert with_pages <= set(CLASS_NAMES)
    others = {plural_of(d.label) for d in model.classes.values()}
    assert set(CLASS_NAMES) <= with_pages | others


@pytest.mark.parametrize("tag", OTHERS)
def test_every_status_of_an_error_has_a_title(tag: str) -> None:
    """What pages of errors are headed by was in English in every language."""
    statuses = {error.status for error in ERRORS.values() if error.status >= 400}
    assert statuses <= TITLES.keys()
    words = wording_of(tag).translations
    assert [title for title in TITLES.values() if words.gettext(title) == title] == []


def test_a_page_of_an_error_is_headed_in_its_language(server: Server) -> None:
    """Its title too; problems for programs have the phrase of HTTP."""
    html = server.get("/nothing?lang=et", headers=PAGE).text
    assert "<h1>Ei leitud</h1>" in html
    assert "<title>404 Ei leitud" in html
    assert server.get("/nothing", headers={"Accept-Language": "et"}).json()["title"] == "Not Found"


@pytest.mark.parametrize("tag", OTHERS)
def test_a_word_that_no_catalogue_has_is_english(tag: str) -> None:
    """A class of a model that is not ours keeps its name, whatever characters it has."""
    word = environment_of(tag).globals["word"]
    assert word("100 % <sure>") == "100 % <sure>"  # type: ignore[operator]
    assert word("Members") != "Members"  # type: ignore[operator]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/chart/completion-by-cycle.svg",
            "/chart/completion-by-cycle.csv",
            "/compare.csv?member=EST",
        ),
        *("/doc/commitment.csv", "/doc/member/EST.jsonld", "/catalog.ttl", "/feed.atom?member=EST"),
        *("/search?q=open&format=json", "/suggest?q=est", "/queries/led-by.csv", "/context.jsonld"),
    ],
)
def test_data_is_in_english_whoever_read_a_page_before(server: Server, path: str) -> None:
    """What pages in another language leave behind in memory changes no byte of data."""
    first = server.get(path)
    stem = path.partition("?")[0].removesuffix(".csv").removesuffix(".svg")
    for page in (stem, "/", "/doc/commitment", "/doc/member/EST", "/dataset/ogpld"):
        server.get(page, headers={**PAGE, "Accept-Language": "et"})
    again = server.get(path, headers={"Accept-Language": "et"})
    assert again.content == first.content
    assert "Accept-Language" not in again.headers.get("Vary", "")


def test_feeds_and_suggestions_follow_the_language_of_their_address(server: Server) -> None:
    """Their words do where `lang` names one; the feed says so, and leads to itself in it."""
    plain = server.get("/feed.atom?member=EST").text
    named = server.get("/feed.atom?member=EST&lang=et").text
    assert "<title>Changes: Estonia</title>" in plain
    assert "xml:lang" not in plain
    assert '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="et">' in named
    assert "<title>Muudatused: Estonia</title>" in named
    assert "feed.atom?member=EST&amp;lang=et" in named
    (english,) = server.get("/suggest?q=Estonia&format=json&class=Member&limit=1").json()
    (estonian,) = server.get("/suggest?q=Estonia&format=json&class=Member&limit=1&lang=et").json()
    assert (english["description"], estonian["description"]) == ("Member", "Liige")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/doc/member/EST",
            ("Estonia: National member of OGP", " commitments assessed at the end of "),
        ),
        ("/doc/action-plan/EST05", ("Plan 5 of Estonia", "from 2020 until 2022")),
        ("/doc/commitment/EE0013", ("led by Ministry of Justice", "Completion: Complete")),
        ("/queries/led-by", ("What has one body led", "Answer: ")),
        ("/dataset/est", ("Estonia",)),
    ],
)
def test_previews_say_what_the_page_shows(
    server: Server, path: str, words: tuple[str, ...]
) -> None:
    """Shared links of members, plans and questions all had the words of the site, or three of their own."""
    html = server.get(path, headers=PAGE).text
    (description,) = re.findall(r'<meta property="og:description" content="([^"]*)">', html)
    (title,) = re.findall(r'<meta property="og:title" content="([^"]*)">', html)
    assert f'<meta name="description" content="{description}">' in html
    assert '<meta name="twitter:card" content="summary">' in html
    assert title
    assert all(part in description for part in words), description
    assert "reconciled" not in description  # a mark of the page is no word of the sentence


def test_the_icon_for_phones_is_a_picture(server: Server) -> None:
    """As PNG, which is what they take."""
    (place,) = re.findall(
        r'rel="apple-touch-icon" href="([^"]+)"', server.get("/", headers=PAGE).text
    )
    answer = server.get(place)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(("tag", "locale"), [("en", "en_GB"), ("et", "et_EE"), ("fr", "fr_FR")])
def test_previews_say_the_language(server: Server, tag: str, locale: str) -> None:
    """The Open Graph protocol: `og:locale` of the page, the others as alternates."""
    html = server.get(f"/doc/member/EST?lang={tag}", headers=PAGE).text
    assert f'<meta property="og:locale" content="{locale}">' in html
    others = re.findall(r'<meta property="og:locale:alternate" content="(\w+)">', html)
    assert {locale, *others} == {"en_GB", "et_EE", "fr_FR"}
    assert len(others) == 2


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    """As the CLDR has them; in English days are those of the data."""
    written = {
        tag: (wording_of(tag).number(12345), wording_of(tag).day("2026-11-29")) for tag in LANGUAGES
    }
    assert written == {
        "en": ("12,345", "29 November 2026"),
        "et": ("12\xa0345", "29. november 2026"),
        "fr": ("12\u202f345", "29 novembre 2026"),
    }


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "Interior"), ("et", "Siseministeerium"), ("fr", "Interior")]
)
def test_pages_and_lists_name_a_thing_alike(tag: str, name: str) -> None:
    """By the rule that `labels=` has; what is kept for all readers is in English."""
    texts = [("Interior", "en"), ("Siseministeerium", "et"), ("x", "und")]
    write_in(wording_of(tag))
    try:
        assert first_label(texts)[0] == name == nearest_name(texts, tag)[0]
        with english():
            assert first_label(texts)[0] == "Interior"
    finally:
        write_in(ENGLISH)


def test_groups_without_a_name_are_in_the_language_of_the_page(release: Release) -> None:
    """On a French page the group of no region was "Unknown"."""
    statistics = release_statistics(release)
    write_in(wording_of("fr"))
    try:
        assert statistics.label("region", None) == "Inconnu"
        with english():
            assert statistics.label("region", None) == "Unknown"
    finally:
        write_in(ENGLISH)


def test_dates_are_as_exact_in_words_as_in_data() -> None:
    """Months and years have a way of writing too; what is no date of Python's is as it is."""
    moments = ("2018-07-01", "2018-07", "2018", "2018-07-01T06:17:00Z", "-0044-03")
    written = {tag: [wording_of(tag).day(m) for m in moments] for tag in LANGUAGES}
    assert written["en"] == ["1 July 2018", "July 2018", "2018", "1 July 2018", "-0044-03"]
    assert written["et"] == ["1. juuli 2018", "juuli 2018", "2018", "1. juuli 2018", "-0044-03"]
    assert written["fr"] == [
        *("1er juillet 2018", "juillet 2018", "2018", "1er juillet 2018", "-0044-03")
    ]
    assert wording_of("fr").day("2018-07-11") == "11 juillet 2018"


@pytest.mark.parametrize(
    "path",
    [
        *("/doc/member/EST", "/doc/commitment/EE0013", "/doc/action-plan/EST05", "/dataset/ogpld"),
        *("/chart/completion-by-cycle", "/release/current", "/doc/report", "/claims", "/releases"),
    ],
)
def test_pages_show_no_date_as_data_has_it(server: Server, path: str) -> None:
    """Addresses and titles of sources aside: "2018-07-01" stood in sentences in French."""
    path = path.replace("current", server.get("/healthz").json()["release"])
    html = server.get(f"{path}?lang=fr", headers=PAGE).text.partition("<main")[2]
    main = html.partition('<details class="cite"')[0]
    main = re.sub(
        r'<(pre|code|q|form)\b.*?</\1>|<bdi lang="en">.*?</bdi>', " ", main, flags=re.DOTALL
    )
    assert re.findall(r"\b\d{4}-\d\d-\d\d\b", re.sub("<[^>]+>", " ", main)) == []


def test_what_is_unknown_agrees_with_its_number() -> None:
    """In French one is "inconnu", several are "inconnus"."""
    write_in(wording_of("fr"))
    try:
        bars = [Bar("x", (Segment("Inconnu", UNKNOWN, number),)) for number in (1, 56)]
        assert [bar.counts for bar in bars] == [
            "1 engagement · 1 inconnu",
            "56 engagements · 56 inconnus",
        ]
    finally:
        write_in(ENGLISH)


def test_answers_to_questions_are_written_in_the_language_of_the_page() -> None:
    """Members and codes had English names in columns of texts, days were as data has them; titles stay."""
    georgia = "http://x.example/id/member/GEO"
    members = {"Georgia": georgia}
    write_in(replace(wording_of("fr"), labels={**wording_of("fr").labels, georgia: "Géorgie"}))
    try:
        assert _own_words("member", "Georgia", members) == "Géorgie"
        assert _own_words("result", "Major", members) == "Majeur"
        assert _own_words("title", "Major", members) == ""
        assert [number("0.5"), number("0.125", share=True)] == ["0,5", "12,5 %"]
    finally:
        write_in(ENGLISH)
    assert [number("2.50"), number("0.4", share=True)] == ["2.5", "40 %"]


def test_no_answer_has_a_day_as_data_has_it(server: Server) -> None:
    """On pages; files have what data has."""
    for tag in ("fr", "en"):
        html = server.get(f"/queries/milestones-due?lang={tag}", headers=PAGE).text
        table = html.partition("<table>")[2].partition("</table>")[0]
        assert table
        assert not re.search(r"<bdi>\d{4}-\d\d-\d\d</bdi>", table)


@pytest.mark.parametrize(
    "path", ["/doc/commitment/EE0050", "/doc/action-plan/EST03", "/doc/member/EST"]
)
def test_tips_of_the_model_are_on_english_pages_alone(server: Server, path: str) -> None:
    """An attribute can be marked as English nowhere, and definitions are in no other language."""
    tip = re.compile(r'<a[^>]* title="')
    html = {tag: server.get(path, params={"lang": tag}, headers=PAGE).text for tag in LANGUAGES}
    assert tip.search(html["en"])
    assert not tip.search(html["et"])
    assert not tip.search(html["fr"])
