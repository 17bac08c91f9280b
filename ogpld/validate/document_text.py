"""The text of a submitted document, and errors that point into it.

Only UTF-8 is text here: nothing else has to be decoded, so that a confined process, which can load
no codec, never tries.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass

from ogpld.errors import DocumentError, Where

#: Characters of the document's own that an error repeats.
_EXCERPT = 200
_SAVE = "save it as UTF-8"


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A decoded document.

    Attributes:
        name: file name, "" when it has none.
        text: what it says, without a byte order mark.
    """

    name: str
    text: str

    @classmethod
    def of(cls, content: bytes, name: str) -> DocumentText:
        """Decode a document.

        Raises:
            DocumentError: where it stops being UTF-8, or for a NUL character.
        """
        content = content.removeprefix(BOM_UTF8)
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise cls(name, "").error("it is UTF-16", hint=_SAVE)
        try:
            document = cls(name, content.decode("utf-8"))
        except UnicodeDecodeError as error:
            readable = cls(name, content[: error.start].decode("utf-8"))
            byte = f"the byte {content[error.start]:#04x} is not UTF-8"
            raise readable.error(byte, at=error.start and len(readable.text), hint=_SAVE) from None
        at = document.text.find("\0")
        if at >= 0:
            raise document.error("it holds a NUL character", at=at, hint=_SAVE)
        return document

    def error(
        self,
        message: str,
        *,
        at: int | None = None,
        line: int | None = None,
        column: int | None = None,
        code: str = "",
        hint: str = "",
    ) -> DocumentError:
        """Return an error about this document.

        Args:
            message: a sentence about "it".
            at: where in the text; otherwise
            line: counted from 1, if known, and
            column: counted from 1, if known.
            code: one of those of `DocumentError`, when it is not merely malformed.
            hint: what to do next.
        """
        if at is not None:
            line = self.text.count("\n", 0, at) + 1
            column = at - self.text.rfind("\n", 0, at)
        where = None
        if self.name or line:
            place = str(column) if line and column else None
            where = Where(self.name or "the document", line=line, column=place)
        return DocumentError(message, hint=hint, where=where, code=code)


def excerpt(text: str) -> str:
    """Return an excerpt of a submitted document for an error: short, on one line, nothing invisible."""
    clipped = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in clipped)
