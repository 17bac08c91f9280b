"""The query of the page at `/sparql` as a program to copy: curl, Python, R.

Anybody can link to the page with a query of their own, so no text may end the string it stands in. A
query is written as one quoted string, exactly as it is, with the escapes of the language; characters that
a terminal, an editor or HTML would change or hide (CR, NUL, direction overrides, U+2028, …) are escaped
always. `sparql.js` does the same in the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

#: Programs by language: `${query}` is the place of the query, `${base}` of the address of the site.
PROGRAMS = {
    "curl": """\
curl --header 'Accept: text/csv' '${base}sparql' \\
  ${query}
""",
    "Python": """\
import io
import pandas
import requests

query = ${query}
answer = requests.post("${base}sparql", data={"query": query, "format": "csv"}, timeout=60)
answer.raise_for_status()
table = pandas.read_csv(
    io.StringIO(answer.text), dtype=str, keep_default_na=False, na_values=[""]
)  # as text: 2.10 is not 2.1, and "None" is a value
print(table)
""",
    "R": """\
query <- ${query}
answer <- read.csv(
  paste0("${base}sparql?format=csv&query=", URLencode(enc2utf8(query), reserved = TRUE)),
  colClasses = "character", na.strings = ""
)
print(answer)
""",
}

#: What a form body may have as it is between the single quotes of a shell.
_PLAIN_IN_FORM = "".join(set(map(chr, range(0x20, 0x7F))) - set("%&+'")) + "\n\t"


def filled_program(language: str, text: str, base: str) -> str:
    """Return the program of a language that asks this query below this address."""
    return PROGRAMS[language].replace("${base}", base).replace("${query}", _QUOTED[language](text))


def _is_plain(character: str) -> bool:
    """Say whether a character looks like what it is, and stays it when copied."""
    return character in "\n\t" or character.isprintable()


def _curl_option(text: str) -> str:
    """Return the option that sends the query; POSIX shells end a single-quoted string at `'` only."""
    if all(map(_is_plain, text)):
        return "--data-urlencode 'query=" + text.replace("'", r"'\''") + "'"
    return f"--data 'query={quote(text, safe=_PLAIN_IN_FORM)}'"


def _escaped(text: str) -> str:
    r"""Return the inside of a string in single quotes as both Python and R read it.

    R has no NUL in strings: it refuses `\U00000000` when it reads the program.
    """
    return "".join(
        f"\\{character}"
        if character in "\\'"
        else character
        if _is_plain(character)
        else f"\\U{ord(character):08x}"
        for character in text
    )


def _python_string(text: str) -> str:
    return f"'''\\\n{_escaped(text)}'''"


def _r_string(text: str) -> str:
    return f"'{_escaped(text)}'"


_QUOTED: dict[str, Callable[[str], str]] = {
    "curl": _curl_option,
    "Python": _python_string,
    "R": _r_string,
}
