"""Folding takes accents off, and nothing that makes another word of a script with vowel signs."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from ogpld.letters import words_in
from ogpld.search.folding import fold, fold_latin
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.matcher import Matcher
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.name_table import Name, NamedThing

#: By language: a name, a whole word of it, and that word with another vowel sign, virama or tone.
NAMES = {
    "ta": ("தகவல் அறியும் உரிமை", "உரிமை", "உரிமே"),
    "si": ("ශ්\u200dරී ලංකා රජය", "ලංකා", "ලංකි"),
    "hi": ("सूचना का अधिकार", "अधिकार", "अधिकारी"),
    "ne": ("खुला सरकार साझेदारी", "साझेदारी", "साझेदारा"),
    "th": ("กองทุนการศึกษา", "ทุน", "ทิน"),
    "my": ("ပွင့်လင်းသော အစိုးရ", "အစိုးရ", "အစိးရ"),
    "km": ("រដ្ឋាភិបាលបើកចំហ", "បើក", "បែក"),
    "lo": ("ລັດຖະບານເປີດ", "ບານ", "ບຸນ"),
    "bn": ("উন্মুক্ত সরকার", "সরকার", "সরকারি"),
    "te": ("సమాచార హక్కు", "హక్కు", "హక్కి"),
    "dv": ("މައުލޫމާތު ހޯދުން", "ހޯދުން", "ހޯދިން"),
    "ja": ("ガバナンス", "ガバナンス", "カバナンス"),
}


def _thing(key: str, name: str) -> NamedThing:
    iri = f"http://x.example/id/institution/{key}"
    return NamedThing(iri, "Institution", key, name, "", [Name(name, key, "label")])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The index of the names."""
    path = tmp_path_factory.mktemp("signs") / "search.sqlite"
    write_index(path, [_thing(key, name) for key, (name, _, _) in NAMES.items()], "1-0")
    return SearchIndex(path)


@pytest.mark.parametrize(
    ("text", "folded", "latin"),
    [
        ("Tõnnisson's  e-Riik", "tonnisson s e riik", "tonnissons e riik"),
        ("საქართველოს პარლამენტი", "საქართველოს პარლამენტი", "sakartvelos parlamenti"),
        ("ბიუჯეტის ღია სივრცე", "ბიუჯეტის ღია სივრცე", "biujetis ghia sivrtse"),
        ("Sakartvelos p\u2019arlament'i", "sakartvelos p arlament i", "sakartvelos parlamenti"),
        ("обʼєкт — подъезд", "обʼєкт подъезд", "obiekt podezd"),
        ("ትእዛዝ", "ትእዛዝ", "tzaz"),
        ("شفافية العدالة", "شفافية العدالة", "shffyh ldlh"),
        ("データ", "テ\u3099ータ", "deta"),
        ("Łódź — Budżet", "łodz budzet", "lodz budzet"),
        ("Đặng Thị Ngọc Thịnh", "đang thi ngoc thinh", "dang thi ngoc thinh"),
        ("ΔΙΑΎΓΕΙΑ", "διαυγεια", "diaygeia"),
        ("Зелёный Київ", "зеленыи киів", "zelenyy kiiv"),
        ("ﬁscal 2.10 ½ ß", "fiscal 2 10 1 2 ss", "fiscal 2 10 1 2 ss"),
        ("№ 5 ㎒ ™", "no 5 mhz tm", "no 5 mhz tm"),
        ("a_b -_ c", "a b c", "a b c"),
        ("x\u0302 y\u20dd 1\ufe0f\u20e3 ❤\ufe0f", "x y 1", "x y 1 heart"),
        ("co\u00adoperation \u200eofice\u200f", "cooperation ofice", "cooperation ofice"),
        ("שָׁלוֹם", "שלום", None),
        ("كَتَبَ", "كتب", None),
        ("फ़", "फ", "ph"),
        ("হয়", "হয", "hy"),
        ("", "", ""),
    ],
)
def test_what_makes_no_difference(text: str, folded: str, latin: str | None) -> None:
    """Accents, points of Hebrew and Arabic, nuktas, what encloses letters, and what nobody sees."""
    assert fold(text) == folded
    if latin is not None:
        assert fold_latin(text) == latin


def test_folding_again_changes_nothing() -> None:
    """Also of signs that are taken apart into capitals; what is left is in small letters."""
    for code in range(0x2100, 0x3400):
        folded = fold(f"a{chr(code)}b")
        assert folded == fold(folded) == folded.casefold()


@pytest.mark.parametrize("words", NAMES.values(), ids=NAMES)
def test_signs_make_a_word(words: tuple[str, str, str]) -> None:
    """A name keeps its words whole, however it is composed; another sign makes another word."""
    name, word, other = words
    assert len(fold(name).split()) == len(words_in(name)) == name.count(" ") + 1
    assert fold(word) in fold(name)
    assert fold(other) not in fold(name)
    for folded in (fold, fold_latin):
        assert folded(unicodedata.normalize("NFD", name)) == folded(name)
        assert folded(name.replace("\u200d", "")) == folded(name)


@pytest.mark.parametrize(
    "words",
    [
        ("ทน", "ทุน", "ทูน", "ทิน"),
        ("ปา", "ป่า", "ป้า"),
        ("သို", "သို့", "သိုး"),
        ("ກນ", "ກຸນ", "ກູນ"),
        ("கெ", "கே", "கொ", "கோ", "க்"),
        ("क", "कि", "की", "क्", "कं"),
        ("は", "ば", "ぱ"),
        ("한국", "한극", "하국"),
    ],
)
def test_no_two_of_them_are_the_same(words: tuple[str, ...]) -> None:
    """Vowel signs, viramas, tones, voicing, letters of Korean: in either form of Unicode."""
    for one, other in combinations(words, 2):
        assert fold(one) != fold(other)
    assert [fold(unicodedata.normalize("NFD", word)) for word in words] == [*map(fold, words)]


def test_a_syllable_is_begun_by_its_letters() -> None:
    """What is typed on the way to a Korean word finds it."""
    for typed in ("ㅎ", "하", "한", "한ㄱ", "한구", "한국"):
        assert fold("한국").startswith(fold(typed))


@pytest.mark.parametrize(("key", "words"), NAMES.items(), ids=NAMES)
def test_names_with_signs_are_found(
    index: SearchIndex, key: str, words: tuple[str, str, str]
) -> None:
    """The name is itself, by search and by matcher; a whole word finds it, and another word does not."""
    name, word, other = words
    first = index.search(name).matches[0]
    assert (first.key, first.reason, first.score) == (key, "same", 1.0)
    changed = name.replace(word, other)
    assert all((m.reason, m.score) != ("same", 1.0) for m in index.search(changed).matches)
    matcher = Matcher(index)
    meant = matcher.match(name)[0]
    assert (meant.key, meant.reason, meant.score, meant.match) == (key, "same", 100.0, True)
    assert all(c.reason != "same" for c in matcher.match(changed))
    names = ReleaseNames(lambda: index)
    assert [hit[2] for hit in names(word, "words", 9)] == [name]
    assert not names(other, "words", 9)


def test_the_index_has_the_folded_words(index: SearchIndex, tmp_path: Path) -> None:
    """Each word of a folded name is one word of the full-text table, and there are no others."""
    copy = tmp_path / "search.sqlite"
    copy.write_bytes(index.path.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE VIRTUAL TABLE spelled USING fts5vocab(words, 'row')")
        tokens = {term for (term,) in connection.execute("SELECT term FROM spelled")}
        names = [folded for (folded,) in connection.execute("SELECT folded FROM name")]
    assert {word for name in names for word in name.split()} == tokens
