"""What words find in names, held against a look at every name of the sample data."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import chain

import pytest

from ogpld.errors import QuerySearchError
from ogpld.release import Release
from ogpld.search.folding import fold, fold_latin
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.name_table import Name, NamedThing, named_things
from ogpld.search.release_index import release_index
from ogpld.stores.search_forms import Syntax

MOST = 100_000
#: Words that stand side by side, and whether the last one may go on.
Part = tuple[list[str], bool]


class EveryName:
    """Every name of a release with its folded forms, looked at one after the other."""

    def __init__(self, things: list[NamedThing]) -> None:
        self._names: set[tuple[str, str, str]] = set()
        for thing in things:
            self._names |= {(thing.iri, name.text, name.language) for name in thing.names}
            if all(name.text != thing.key for name in thing.names):
                self._names.add((thing.iri, thing.key, ""))
        self.words = sorted({word for _, text, _ in self._names for word in text.split()})
        self.texts = sorted({text for _, text, _ in self._names})
        self._forms = [
            (name, [f.split() for f in dict.fromkeys((fold(name[1]), fold_latin(name[1])))])
            for name in self._names
        ]

    def having(
        self, readings: list[list[Part]], *, is_any: bool
    ) -> dict[tuple[str, str, str], float]:
        """Return names with all or any parts of the first reading that some have, and their scores."""
        for parts in readings:
            scores: dict[tuple[str, str, str], float] = {}
            for name, forms in self._forms:
                for words in filter(None, forms):
                    there = [part for part in parts if has(words, part)]
                    if there if is_any else len(there) == len(parts):
                        score = score_of(" ".join(" ".join(part[0]) for part in there), words)
                        scores[name] = max(score, scores.get(name, 0))
            if scores:
                return scores
        return {}


def has(words: list[str], part: Part) -> bool:
    """Say whether words stand side by side in others."""
    wanted, goes_on = part
    for start in range(len(words) - len(wanted) + 1):
        there = words[start : start + len(wanted)]
        if there == wanted or (
            goes_on and there[:-1] == wanted[:-1] and there[-1].startswith(wanted[-1])
        ):
            return True
    return False


def score_of(words: str, name: list[str]) -> float:
    """Return the score as the contract says it."""
    whole = " ".join(name)
    return 1.0 if words == whole else round(0.9 + 0.09 * min(1, len(words) / len(whole)), 2)


def split(text: str, *, goes_on: bool = False) -> list[list[Part]]:
    """Return both readings of one part."""
    return [[(f.split(), goes_on)] if f else [] for f in (fold(text), fold_latin(text))]


def joined(readings: Iterable[list[list[Part]]]) -> list[list[Part]]:
    """Return both readings of several parts."""
    return [list(chain.from_iterable(parts)) for parts in zip(*readings, strict=True)]


@pytest.fixture(scope="module")
def every_name(release: Release) -> EveryName:
    """The names of the sample data."""
    return EveryName(list(named_things(release)))


@pytest.fixture(scope="module")
def names(release: Release) -> ReleaseNames:
    """What is tested, over the same data."""
    index = release_index(release)
    return ReleaseNames(lambda: index)


def found_by(names: ReleaseNames, text: str, syntax: Syntax) -> dict[tuple[str, str, str], float]:
    """Return what is found, which is in order and has nothing twice."""
    hits = names(text, syntax, MOST)
    keys = [(-score, iri, name, language) for iri, score, name, language in hits]
    assert keys == sorted(set(keys))
    return {(iri, name, language): score for iri, score, name, language in hits}


def texts(
    every_name: EveryName, number: int
) -> Iterator[tuple[str, Syntax, list[list[Part]], bool]]:
    """Yield texts made of words of names, how they are read, what they mean and whether any part is enough."""
    chance = random.Random(20)
    plain = [
        w for w in every_name.words if fold(w) and w.isalpha() and w not in {"AND", "OR", "NOT"}
    ]
    spaced = [w for w in plain if not any("\u0e00" <= c <= "\u9fff" for c in w)]
    for _ in range(number):
        words = chance.choices(spaced, k=chance.choice((1, 1, 2, 3)))
        phrase = [w for w in chance.choice(every_name.texts).split() if w in set(spaced)][:3]
        starred = [w[: chance.randint(1, len(w))] for w in words]
        all_of = joined(split(word) for word in words)
        begun = joined(split(word, goes_on=True) for word in starred)
        yield " ".join(words), "lucene", all_of, False
        yield " AND ".join(words), "lucene", all_of, False
        yield " OR ".join(words), "lucene", all_of, len(words) > 1
        yield " ".join(f"{w}*" for w in starred), "lucene", begun, False
        yield " ".join(words).upper(), "words", all_of, False
        yield " ".join(f"{w}*" for w in starred), "words", begun, False
        yield " ".join(starred), "beginnings", begun, False
        if phrase:
            yield f'"{" ".join(phrase)}"', "lucene", split(" ".join(phrase)), False
            yield "-".join(phrase), "words", split(" ".join(phrase)), False


def test_words_find_what_a_look_at_every_name_finds(
    every_name: EveryName, names: ReleaseNames
) -> None:
    """All of it and nothing else, each with its score; of words of names there is something to find."""
    most = 0
    for text, syntax, readings, is_any in texts(every_name, 12):
        expected = every_name.having(readings, is_any=is_any)
        assert found_by(names, text, syntax) == expected, (text, syntax)
        most = max(most, len(expected))
    assert most > 20


def test_the_function_finds_what_search_counts(names: ReleaseNames, release: Release) -> None:
    """As many things as `/search` has with all words of a text."""
    index = release_index(release)
    numbers = []
    for text in ("open gov", "e-gov", "Estonia", "publ transparen", "no such words"):
        things = {iri for iri, *_ in names(text, "beginnings", MOST)}
        matches = index.search(text, limit=10_000).matches
        assert things == {m.iri for m in matches if m.reason in {"same", "words"}}
        numbers.append(len(things))
    assert min(numbers[:3]) > 0 == numbers[-1]


def _thing(key: str, *names: str) -> NamedThing:
    entries = [Name(name, "", "label") for name in names]
    return NamedThing(f"http://x.example/id/member/{key}", "Member", key, names[0], key, entries)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> ReleaseNames:
    """Names in several scripts."""
    path = tmp_path_factory.mktemp("scripts") / "search.sqlite"
    things = [
        _thing("K1", "საჯარო ინფორმაცია"),
        _thing("K2", "Открытый бюджет"),
        _thing("K3", "政府情報公開"),
        _thing("K4", "Łódź — Budżet Obywatelski"),
        _thing("K5", "الحكومة المفتوحة"),
        _thing("K6", "Transparência"),
        _thing("K7", "e-Government «über» alles"),
        _thing("K8", "ข้อมูลเปิด"),
        _thing("K9", "Йод"),
    ]
    write_index(path, things, "1-0")
    index = SearchIndex(path)
    return ReleaseNames(lambda: index)


@pytest.mark.parametrize(
    ("text", "syntax", "keys"),
    [
        ("საჯარო", "lucene", "K1"),
        ("sajaro", "lucene", "K1"),
        ("საჯ*", "words", "K1"),
        ("საჯ", "words", ""),
        ("საჯ", "beginnings", "K1"),
        ("открытый бюджет", "lucene", "K2"),
        ("БЮДЖЕТ", "words", "K2"),
        ("情報", "lucene", "K3"),
        ("情報 公開", "lucene", "K3"),
        ("情報 OR Transparencia", "lucene", "K3 K6"),
        ("公開情報", "words", ""),
        ("ŁÓDŹ", "lucene", "K4"),
        ("lodz budzet", "words", "K4"),
        ("المفتوحة", "lucene", "K5"),
        ("transparencia", "lucene", "K6"),
        ("transpare\u0302ncia", "words", "K6"),
        ("e-government", "lucene", "K7"),
        ("government-e", "lucene", ""),
        ("e-gov*", "lucene", "K7"),
        ('"government uber"', "lucene", "K7"),
        ("über & e", "lucene", "K7"),
        ("มูล", "words", "K8"),
        ("йод", "beginnings", "K9"),
        ("yod", "beginnings", "K9"),
        ("\x00Transparencia\x00", "words", "K6"),
    ],
)
def test_scripts(scripts: ReleaseNames, text: str, syntax: Syntax, keys: str) -> None:
    """Case, accents and punctuation make no difference; other scripts are found in Latin letters too."""
    assert [
        hit[0].rpartition("/")[2] for hit in sorted(scripts(text, syntax, MOST))
    ] == keys.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither letters nor digits"),
        (" -- && ", "&&"),
        ("--", "neither letters"),
        ('"open', "no partner"),
        ("open*data", "* "),
        ("*open", "* "),
        ("*", "* "),
        ('"open gov*"', "* "),
        ("open NOT data", "NOT "),
        ("AND open", "AND "),
        ("open OR", "OR "),
        ("open AND OR data", "OR "),
        ("open data OR budget", "OR stands beside"),
        ("open AND data OR budget", "OR stands beside"),
        ("title:open", ": "),
        ("(open)", "( "),
        ("open~", "~ "),
        ("open^2", "^ "),
        ("op?n", "? "),
        ("+open", "+ "),
        ("-open", "- "),
        ("a\\b", "\\ "),
        ("/open/", "/ "),
        ("open " * 10_000, "more than 1,000 characters"),
        ("a " * 65, "more than 64 words"),
        ("a OR " * 40 + "a", "more than 64 words"),
    ],
)
def test_what_is_no_search_is_refused(scripts: ReleaseNames, text: str, words: str) -> None:
    """Whatever Lucene has and is not offered here, and what says nothing."""
    with pytest.raises(QuerySearchError) as refused:
        scripts(text, "lucene", MOST)
    assert words in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("syntax", ["words", "beginnings"])
@pytest.mark.parametrize(
    "text",
    [
        'a" OR "b',
        "NEAR(a b)",
        "folded: a",
        "a AND b",
        "{a}",
        "-a",
        "^a",
        "a + b",
        "'; --",
        "a " * 60,
    ],
)
def test_no_text_is_a_command(scripts: ReleaseNames, text: str, syntax: Syntax) -> None:
    """Operators of the index are words here, or nothing."""
    assert not scripts(f"{text} zzz", syntax, MOST)


def test_more_than_may_be_found_is_refused(scripts: ReleaseNames) -> None:
    """Exactly as many are found; one more is an error."""
    text = "transparencia OR lodz OR uber"
    assert len(scripts(text, "lucene", 3)) == 3
    with pytest.raises(QuerySearchError, match="more than 2 names"):
        scripts(text, "lucene", 2)
