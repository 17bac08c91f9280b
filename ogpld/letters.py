r"""What belongs to a word: letters and digits, with the signs that they carry.

To regular expressions vowel signs and viramas are no part of a word: `\w` cuts Tamil and Hindi into pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

#: Marks that only choose a form, in Mongolian too; the joiner of marks; vowels that Khmer does not write.
_UNSEEN_MARKS = re.compile(
    "[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
#: Letters that an alphabet has elsewhere than those they look like: behind which of its letters.
_BEHIND = {"et": {"s": "šzž", "w": "õäöü"}}
#: A character past every letter, to which the place behind a letter is added.
_PAST = 0x10FF00
_PLACES = {
    tag: str.maketrans(
        {
            letter: f"{before}{chr(_PAST + place)}"
            for before, letters in moved.items()
            for place, letter in enumerate(letters)
        }
    )
    for tag, moved in _BEHIND.items()
}
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")


def is_letter(character: str) -> bool:
    """Tell whether a character is a letter, a digit or a mark that one of them carries."""
    return character.isalnum() or (
        unicodedata.category(character)[0] == "M" and not _UNSEEN_MARKS.match(character)
    )


def is_unseen(character: str) -> bool:
    """Tell whether a character is seen in its neighbours only, if at all: a joiner, a soft hyphen."""
    return unicodedata.category(character) == "Cf" or bool(_UNSEEN_MARKS.match(character))


def in_order(text: str, language: str = "") -> str:
    """Return a text as it is put in order among others: in small letters without accents.

    A language whose alphabet has such letters at places of their own is followed in that: Estonian.

    >>> sorted(["Ukraine", "États-Unis", "Estonie"], key=in_order)
    ['Estonie', 'États-Unis', 'Ukraine']
    >>> sorted(["Ühendkuningriik", "Tšehhi", "Ukraina", "Šotimaa"], key=lambda name: in_order(name, "et"))
    ['Šotimaa', 'Tšehhi', 'Ukraina', 'Ühendkuningriik']
    """
    letters = text.casefold()
    if places := _PLACES.get(language):
        letters = unicodedata.normalize("NFC", letters).translate(places)
    letters = unicodedata.normalize("NFKD", letters)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def word_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word of a text begins and ends; what nobody sees parts no word.

    >>> [" தமிழ்நாடு அரசு"[start:end] for start, end in word_places(" தமிழ்நாடு அரசு")]
    ['தமிழ்நாடு', 'அரசு']
    """
    if text.isascii():
        yield from (match.span() for match in _ASCII_WORD.finditer(text))
        return
    start = 0
    for is_word, characters in groupby(text, lambda c: is_letter(c) or is_unseen(c)):
        run = "".join(characters)
        if is_word and any(map(str.isalnum, run)):
            yield start, start + len(run)
        start += len(run)


def words_in(text: str) -> list[str]:
    """Return the words of a text as they are written."""
    return [text[start:end] for start, end in word_places(text)]
