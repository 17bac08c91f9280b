"""The form in which names are compared: case, accents and punctuation make no difference.

A mark is no accent where it makes another word: vowel signs, viramas and tones of the scripts of South and
Southeast Asia, and what tells ga from ka in Japanese.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from ogpld.letters import is_letter, is_unseen

#: Combining classes of marks that make another word: signs of their own place (0), voicing of kana (8),
#: viramas (9), vowel signs and tones of Telugu (84, 91), Thai (103, 107), Lao (118, 122), Tibetan (129-132).
_SIGNS = frozenset({0, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132})
#: A tone of Burmese that Unicode counts among the nuktas (7), which are left out like accents.
_DOT_BELOW = "\u1037"
#: Scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, Han, Kana.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
#: What Latin letters have for sounds of other scripts, as in Georgian p'arlament'i: it parts no word.
_APOSTROPHE = re.compile("(?<=[a-z])['`](?=[a-z])", re.IGNORECASE)
_SCHEME = re.compile(r"^\s*https?://(?:www\.)?", re.IGNORECASE)


def fold(text: str) -> str:
    """Return the words of a text in small letters without accents, one blank between them.

    Letters are decomposed, so that the first letters of a syllable of Korean are the beginning of it.

    >>> fold("Tõnnisson's  e-Riik")
    'tonnisson s e riik'
    >>> fold("தமிழ்-நாடு")
    'தமிழ் நாடு'
    """
    # twice, because what № and ™ are taken apart into has capitals
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return " ".join("".join([c if c.isalnum() else _folded(c) for c in plain]).split())


@lru_cache(4096)
def _folded(character: str) -> str:
    """Return what stands for a character that is neither letter nor digit: itself, nothing or a blank."""
    if is_letter(character):
        return character if _is_sign(character) else ""
    return "" if is_unseen(character) else " "


def _is_sign(mark: str) -> bool:
    """Tell whether a mark makes another word; one that encloses a letter makes none."""
    is_enclosing = unicodedata.category(mark) == "Me"
    return mark == _DOT_BELOW or (unicodedata.combining(mark) in _SIGNS and not is_enclosing)


def fold_latin(text: str) -> str:
    """Return the folded form of a text in Latin letters; an apostrophe between letters is left out.

    >>> fold_latin("Łódź, Тбилиси, პარლამენტი, p'arlament'i")
    'lodz tbilisi parlamenti parlamenti'
    """
    if not text.isascii():
        text = "".join(map(_latin, unicodedata.normalize("NFC", text)))
    return fold(_APOSTROPHE.sub("", text))


@lru_cache(4096)
def _latin(character: str) -> str:
    """Return a character in Latin letters; a letter or mark is nothing else, which would cut the word."""
    letters = anyascii(character)
    if unicodedata.category(character)[0] not in "LM":
        return letters
    return "".join(c for c in letters if c.isalnum() or c == " ")


def fold_identifier(text: str) -> str:
    """Return an identifier as it is compared; addresses without scheme and `www.`.

    >>> fold_identifier("https://www.example.org/members/Estonia/")
    'example org members estonia'
    """
    return fold(_SCHEME.sub("", text))


def is_unspaced(text: str) -> bool:
    """Say whether a text has letters of a script that puts no blanks between words."""
    return _UNSPACED.search(text) is not None
