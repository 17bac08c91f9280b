"""Characters that nobody sees: those publishing cannot carry, and those that mislead a reader.

XML 1.0 (section 2.2, Char) carries no control characters but tab, line feed and carriage return, no
surrogates, no U+FFFE and no U+FFFF; a cell with one is a Violation, because RDF/XML and web pages could
not say it. Characters that are allowed but invisible, or left over from a broken conversion, are a
Warning, and so is text that was read in the wrong encoding; it is read as it stands. No-break and other
blanks are blanks, wherever they stand. Joiners and direction marks are part of some scripts; they are told
where no letter of such a script is near.
"""

from __future__ import annotations

import encodings.cp1252  # noqa: F401  (a confined worker cannot load it)
import re
import unicodedata

from ogpld.errors import SourceError, Where
from ogpld.report import Finding, Severity
from ogpld.sources.contact import contact_data
from ogpld.sources.misread import may_be_misread, meant_text

#: Findings of one file; a file of the wrong kind gives no longer report.
REMARKS_LIMIT = 1_000
#: Characters of a text that a hint repeats.
_EXCERPT = 200
#: Characters a message names.
_NAMED = 3
#: Rows, columns or cells a message lists.
_LISTED = 10

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLANES = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(1 << 16, 17 << 16, 1 << 16)
)
_MISLEADING = re.compile(
    # controls of the second row, soft hyphen, zero width, direction overrides
    "[\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    # private use, non-characters, marks of what a conversion lost, tags
    f"\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\ufffd\U000e0000-\U000e007f\U000f0000-\U0010ffff{_PLANES}]"
    # joiners between letters of scripts that do not join
    "|(?<=[\x20-\u058f])[\u200c\u200d](?=[\x20-\u058f]|$)"
)
_MARKS = re.compile("[\u200e\u200f\u061c]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdfc\ufe70-\ufefc]")
#: How Open XML writes characters that XML cannot (ECMA-376 part 1, 22.9.2.19).
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_CONTROLS = tuple(
    """NULL/START OF HEADING/START OF TEXT/END OF TEXT/END OF TRANSMISSION/ENQUIRY/ACKNOWLEDGE/BELL
BACKSPACE/TABULATION/LINE FEED/VERTICAL TABULATION/FORM FEED/CARRIAGE RETURN/SHIFT OUT/SHIFT IN
DATA LINK ESCAPE/DEVICE CONTROL ONE/DEVICE CONTROL TWO/DEVICE CONTROL THREE/DEVICE CONTROL FOUR
NEGATIVE ACKNOWLEDGE/SYNCHRONOUS IDLE/END OF TRANSMISSION BLOCK/CANCEL/END OF MEDIUM/SUBSTITUTE
ESCAPE/FILE SEPARATOR/GROUP SEPARATOR/RECORD SEPARATOR/UNIT SEPARATOR""".replace("\n", "/").split(
        "/"
    )
)
#: Low bytes of quotes and dashes (U+2019 …) that a broken conversion leaves.
_CUT_QUOTES = frozenset("\x13\x14\x18\x19\x1c\x1d")


class Remarks:
    """What is noticed while a file is read.

    Attributes:
        findings: in reading order; their focus is "" until somebody knows what the file describes.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._left_out = Severity.INFO

    def add(
        self, severity: Severity, message: str, where: Where, hint: str, cell: str | None = None
    ) -> None:
        """Add one; past the limit the last finding says that the list ends there."""
        if len(self.findings) < REMARKS_LIMIT:
            self.findings.append(
                Finding(severity, "", message, where=(where,), cell=cell, hint=hint)
            )
            return
        self._left_out = min(self._left_out, severity, key=lambda finding: finding.rank)
        del self.findings[REMARKS_LIMIT:]
        self.findings.append(
            Finding(
                self._left_out,
                "",
                f"more than {REMARKS_LIMIT} remarks about the file; the others are not listed",
                where=(Where(where.file),),
                hint="mend those above first, then check again",
            )
        )


def unescaped(text: str) -> str:
    """Return a string of Open XML with its `_xHHHH_` decoded; `_x005F_` protects a literal one."""
    if "_x" not in text:
        return text
    decoded = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _PAIR.sub(lambda pair: _joined(*pair[0]), decoded)


def _joined(high: str, low: str) -> str:
    """Return the character of a pair of surrogates."""
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + ord(low) - 0xDC00)


def is_plain(text: str) -> bool:
    """Say whether a text has nothing to report: visible characters and blanks, as they were written."""
    return text.isprintable() and "\ufffd" not in text and not may_be_misread(text)


def listed(names: list[str]) -> str:
    """Join the first names of a list; say how many follow."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def clean(text: str, where: Where, remarks: Remarks, *, escaped: bool = False) -> str:
    """Return the text of a cell with its blanks made one, and report characters that are not as meant.

    What XML cannot carry is a Violation and becomes U+FFFD, so that the rest can still be checked.

    Args:
        text: as stored.
        where: the cell.
        remarks: take the findings.
        escaped: whether `_xHHHH_` in it is what a conversion left of a character (CSV).
    """
    if escaped and "_x" in text and (match := _ESCAPED.search(text)):
        remarks.add(
            Severity.WARNING,
            f"the cell holds {match[0]!r}, which a spreadsheet program wrote in place of "
            f"{character_name(chr(int(match[1], 16)))}",
            where,
            "write the character itself, or remove it",
            visible(text),
        )
    if not is_plain(text):
        text = _inspect(text, where, remarks)
    return " ".join(text.split())


def _inspect(text: str, where: Where, remarks: Remarks) -> str:
    """Report the invisible and misread characters of a text; return it without those XML cannot carry."""
    if meant := meant_text(text):
        personal = contact_data(text) or contact_data(
            meant
        )  # which no report repeats in other letters
        remarks.add(
            Severity.WARNING,
            "the cell looks like UTF-8 that was read as Windows-1252",
            where,
            ("" if personal else f"was it {visible(meant)[:_EXCERPT]!r}? ")
            + "open the file as UTF-8, or correct the text; it is read as it stands",
            visible(text),
        )
    if bad := _FORBIDDEN.findall(text):
        remarks.add(
            Severity.VIOLATION,
            f"the cell holds {_list(bad)}, which XML cannot carry",
            where,
            _meant(bad[0]) + "remove the character",
            visible(text),
        )
        text = _FORBIDDEN.sub("\ufffd", text)
    odd = [] if bad else _MISLEADING.findall(text)
    if not bad and not _RIGHT_TO_LEFT.search(text):
        odd += _MARKS.findall(text)
    if odd:
        remarks.add(
            Severity.WARNING,
            f"the cell holds {_list(odd)}, which nobody sees or can read",
            where,
            _meant(odd[0]) + "remove the character if it is not meant; it is read as it stands",
            visible(text),
        )
    return text


def check_name(text: str, where: Where, remarks: Remarks) -> str:
    """Return the name of a column or sheet with its blanks made one.

    Raises:
        SourceError: for a character XML cannot carry, because rows could not be told apart by it.
    """
    if bad := _FORBIDDEN.findall(text):
        raise SourceError(
            f"the name {visible(text)[:80]} holds {_list(bad)}, which XML cannot carry",
            where=where,
            hint="remove the character",
        )
    return clean(text, where, remarks)


def _list(characters: list[str]) -> str:
    """Name some characters, each once."""
    each = list(dict.fromkeys(characters))
    return ", ".join(map(character_name, each[:_NAMED])) + (
        " and others" if len(each) > _NAMED else ""
    )


def character_name(character: str) -> str:
    """Return code point and name of a character: `U+0019 (END OF MEDIUM)`."""
    code = ord(character)
    if code < len(_CONTROLS):
        name = _CONTROLS[code]
    elif 0x7F <= code <= 0x9F:  # noqa: PLR2004  (DEL and the controls of ISO 6429)
        name = "CONTROL CHARACTER"
    elif 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004  (Unicode, section 3.8)
        name = "LONE SURROGATE"
    else:
        kind = unicodedata.category(character)
        name = unicodedata.name(character, "PRIVATE USE" if kind == "Co" else "NONCHARACTER")
    return f"U+{code:04X} ({name})"


def _meant(character: str) -> str:
    """Return the beginning of a hint: which character probably stood there before a conversion."""
    meant = ""
    if character in _CUT_QUOTES:
        meant = chr(0x2000 + ord(character))
    elif "\x80" <= character <= "\x9f":
        meant = windows_1252(ord(character))
    return f"was it {meant} before a conversion? " if meant else ""


def windows_1252(byte: int) -> str:
    """Return the character a byte stands for in Windows-1252, "" for none."""
    return bytes([byte]).decode("cp1252", "ignore")


def visible(text: str) -> str:
    """Return a text with its invisible characters written as escapes."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:1000])
