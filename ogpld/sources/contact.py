"""Find personal contact data in a text: mail addresses, telephone numbers, names with a title.

OGP's sheet has contact persons in cells meant for institutions. Names alone cannot be told from names
of bodies, so a cell with any of these signs is withheld whole. The patterns
are wider than those of the gate (shapes/contact-data.ttl), which refuses, because withholding a cell
costs less than publishing a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

#: What a domain may have between dots, and what its last part begins with, in any script: nothing that
#: separates parts, or a text of separators could be divided in more ways than can be tried.
_LABEL, _LETTER = r"[^\s!-,./:-@\[-^`{-~©。]", r"[^\W\d_]"
#: What stands before the at of a person, but not before that of prose: two words, or a word and a digit.
_LOCAL = rf"{_LETTER}(?:\d|[._]\w)\S{{0,62}}"
_OPEN, _CLOSE = r"\s?[(\[{]\s?", r"\s?[)\]}]\s?"
_SPELT_DOT = rf"{_OPEN}(?:dot|punkt|point|punto|ponto|[.。]){_CLOSE}|\sdot\s"
_DOT = rf"(?:[.。]|{_SPELT_DOT})"
_AT = r"(?:\s?[@©]\s?|&#64;|&#x40;|&commat;)"
_AT_WORD = rf"{_OPEN}(?:[aä]t|arobase|arroba|@){_CLOSE}"
#: What stands between the digits of a telephone number.
_BETWEEN, _NEXT = r"(?:\d|[()\[\]./\s\u2010-])", r"[\s.\u2010-]"
#: Groups of digits as telephone numbers have them, not those of thousands, and not two years.
_GROUPS = "|".join(
    [
        rf"[1-9]\d\d{_NEXT}\d{{4}}",
        rf"(?!19|20)[1-9]\d{{3}}{_NEXT}\d{{3,4}}",
        rf"\d{{1,2}}{_NEXT}(?:\d{{3}}{_NEXT}?\d{{4}}|\d{{4}}{_NEXT}?\d{{3,4}})",
        rf"\d{{1,2}}(?:{_NEXT}\d\d){{3,}}",
        rf"\d{{3}}(?:{_NEXT}\d\d){{2}}",
        r"(?!19|20)[1-9]\d{7,9}",
    ]
)
#: Words before a telephone number, in the languages of members.
_WORDS = (
    "t[eé]l([eé](f|ph)on(e|o|i)?)?|phone|mobile|mobiil|mob|fax|faks|cell|telf|tlf|tfno|tfn|tele(faks|fax)"
    "|telp|faksas|fakss|тел|телефон|тлф|факс|τηλ|φαξ|ტელ|ფაქსი|հեռ|ֆաքս|(ال)?فاكس|פקס|팩스"
)
#: Words that are words of prose too, before a number that is grouped as those of telephones are.
_PROSE = (
    "celular(es)?|m[oó]vil|mobil|mobiel|mobitel|mobilni|tel[eé]fonas|telepon|fono|puh|puhelin|tālr|tālrunis|whatsapp"
    "|мобильный|мобилен|мобилни|моб|κινητό|κιν|τηλέφωνο|მობილური|მობ|ტელეფონი|հեռախոս|բջջ"
    "|(ال)?(هاتف|تلفون|جوال)|נייד|טל|טלפון|전화|휴대폰"
)
#: How four digits begin that are no year, and end that are no round number.
_NO_YEAR, _NOT_ROUND = r"(?:1[0-8]|2[1-9]|[3-9]\d)", r"(?:0[1-9]|[1-9]\d)"
_FOUR, _PAIRS = (
    rf"{_NO_YEAR}{_NOT_ROUND}",
    r"(?:(?:\s\d\d){3,}|(?:[\u2010-]\d\d){3,}|(?:[.]\d\d){3,})",
)
#: Groups that neither years, days nor sums have.
_STRICT_GROUPS = "|".join(
    [
        rf"0\d{_NEXT}(?:\d{{3}}{_NEXT}?\d{{4}}|{_NO_YEAR}\d\d{_NEXT}?\d{{3,4}})",
        rf"0\d{_PAIRS}",
        rf"[1-9]\d\d{_NEXT}{_FOUR}",
        rf"{_NO_YEAR}\d\d{_NEXT}(?:\d{{3}}|\d\d{_NOT_ROUND})",
        rf"\d{{1,2}}{_NEXT}\d{{3}}{_NEXT}{_FOUR}",
        rf"\d{{1,2}}{_NEXT}{_NO_YEAR}\d\d[\s.](?:\d{{3}}|\d\d{_NOT_ROUND})",
        rf"\d{{3}}(?:{_NEXT}\d\d){{2}}",
        rf"(?:[08]{_NEXT})?[1-9]\d\d{_NEXT}\d{{3}}{_NEXT}(?:{_FOUR}|\d\d{_NEXT}\d\d)",
        rf"[1-9]\d{{0,2}}{_NEXT}\d{{1,3}}{_NEXT}\d{{3}}{_NEXT}{_FOUR}",
        r"\d{3}[\u2010-]\d{3}[\u2010-]\d{3}",
        rf"(?:8{_NEXT}?)?{_NO_YEAR}\d{{3,6}}(?:\d\d[1-9]|\d[1-9]0|[1-9]00)",
    ]
)
#: Groups that numbers behind a numbered `cel` (an aim) have too.
_AIM_GROUPS = (
    rf"[1-9]\d{_PAIRS}|\d{{1,2}}{_NEXT}{_NO_YEAR}\d\d[\u2010-](?:\d{{3}}|\d\d{_NOT_ROUND})"
)
_CLOSED = r"\s?[)][\s-]?"
#: A code without its first bracket and the number after it; sums in numbered lists have short codes.
_AFTER_CODE = "|".join(
    [
        rf"(?:0\d{{1,4}}|[1-9]\d{{1,2}}){_CLOSED}(?:{_GROUPS})",
        rf"[1-9]\d\d{_CLOSED}[1-9]\d{{6}}",
        rf"(?:0\d{{1,4}}|[1-9]\d{{0,2}}){_CLOSED}\d{{3}}{_NEXT}\d{{3}}{_NEXT}(?:\d{{4}}|\d\d{_NEXT}\d\d)",
    ]
)

#: What each sign is, and the expression for it.
SIGNS = {
    "holds a mail address": re.compile(
        rf"[^@©\s](?:{_AT}{_LABEL}+|{_AT_WORD}{_LABEL}{{2,}}){_DOT}{_LETTER}"
        rf"|{_LOCAL}\sat\s(?:{_LABEL}+{_DOT})*{_LABEL}+(?:{_OPEN}dot{_CLOSE}|\sdot\s)[a-z]{{2,4}}(?![a-z])"
        r"|\be-?mail\s*:|\[e?-?mail\]",
        re.IGNORECASE,
    ),
    "holds a telephone number": re.compile(
        rf"(^|[^A-Za-z0-9])(\+|00)[\s(]{{0,2}}[1-9]{_BETWEEN}{{5,}}\d"
        rf"|(?<!{_LETTER})(?:"
        rf"(?:(?:{_WORDS})[.:\u0589]*\s*[+\d(]|gsm[.:\u0589]*\s*[(]?[+0])(?:{_BETWEEN}|'){{4,}}\d"
        rf"|(?:cel|{_PROSE})[.:\u0589]*\s*(?:[(]?(?:[+](?:{_BETWEEN}|'){{4,}}|0\d\d(?:{_BETWEEN}|'){{2,}})\d"
        rf"|(?:{_STRICT_GROUPS})(?!\d))"
        rf"|(?:{_PROSE})[.:\u0589]*\s*(?:{_AIM_GROUPS})(?!\d))"
        rf"|(^|[^A-Za-z0-9])[(]\s?(?:{_AFTER_CODE})(?!\d)"
        r"|\[phone\]|\[tel\]",
        re.IGNORECASE,
    ),
    # not IGNORECASE, since Hon is a title and hon part of words
    "names a person by a title": re.compile(
        r"\b(Mr|Mrs|Ms|Miss|Dr|Prof|Hon|Engr|Atty|Sr|Sra|Mme)\b\.?\s?[A-ZÀ-ÖØ-ÞĀ-Ž]"
        r"|\bPh\.?\s?D\b"
    ),
}


#: A text of ASCII without any of these has no sign, as nearly all have none. Each alternative begins with a
#: plain character, so that the engine looks for the set of them first, which is four times quicker.
_SUSPICIOUS = re.compile(
    r"@|&|\[|\{|\(|0|1|2|3|4|5|6|7|8|9|m[aA][iI][lL]|M[aA][iI][lL]|d[oO][tT]|D[oO][tT]"
    r"|Mrs?\b|Ms\b|Miss\b|Mme\b|Dr\b|Prof\b|Hon\b|Ph\b|PhD|Engr\b|Atty\b|Sra?\b"
)
#: What a text with a mail address has in it, one of these at least.
_OF_MAIL = ("@", "©", "&#64;", "&#x40;", "&commat;", "mail", "dot")
_BRACKETED_AT = re.compile(r"[(\[{]\s?[aAäÄ]")
#: What one with a telephone number has: the last digit after others and what stands between them.
_LAST_DIGIT = re.compile(r"(?<=[\d()\[\]./\s\u2010'-]{4})\d")
_OF_TELEPHONE = ("[phone]", "[tel]")
#: How a title begins.
_OF_TITLE = re.compile("[MDPHEAS](?:r|s|is|me|on|ng|tt|h)")


def contact_data(text: str) -> str:
    """Say what sign of a contact person a text has, "" for none.

    Characters nobody sees hide no sign, nor do wide and small forms of signs, digits and letters (NFKC).
    """
    if text.isascii():
        if not _SUSPICIOUS.search(text):
            return ""
    else:
        text = normalize("NFKC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    return next((reason for reason in _possible(text) if SIGNS[reason].search(text)), "")


def _possible(text: str) -> Iterator[str]:
    """Yield the signs that a text may have: to look for what each needs is quicker by far than for itself."""
    small = text.lower()
    if not small.isascii():  # expressions that pass over case take these for an i
        small = small.replace("i\u0307", "i").replace("\u0131", "i")
    if any(map(small.__contains__, _OF_MAIL)) or _BRACKETED_AT.search(text):
        yield "holds a mail address"
    if _LAST_DIGIT.search(text) or any(map(small.__contains__, _OF_TELEPHONE)):
        yield "holds a telephone number"
    if _OF_TITLE.search(text):
        yield "names a person by a title"
