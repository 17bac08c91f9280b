"""Rules for Apache httpd: `apache.conf`, for the `<Directory>` of the files or as a `.htaccess` in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from ogpld.export.accept_table import ANY, weights_of
from ogpld.export.export_rules import IGNORED, ExportRules, FormList, HeaderTable, ending
from ogpld.formats import media
from ogpld.formats.negotiation import PAGE_TYPES
from ogpld.language_tags import LANGUAGES

_HEAD = """\
# Written by `ogpld export`; a new export replaces it.
# Needs mod_rewrite, mod_headers, mod_setenvif, mod_dir; as .htaccess also: AllowOverride All
Options -MultiViews -Indexes +FollowSymLinks
DirectoryIndex disabled
DirectorySlash Off
AddDefaultCharset Off
RemoveLanguage {languages}
RemoveEncoding .gz .Z
ErrorDocument 404 "{prefix}/~404.%{{reqenv:ogpld_problem}}"
ErrorDocument 406 {prefix}/~406.json
ErrorDocument 410 "/%{{reqenv:ogpld_gone}}~gone.%{{reqenv:ogpld_problem}}"

Header always set Access-Control-Allow-Origin *
Header always set X-Content-Type-Options nosniff
Header always set Referrer-Policy no-referrer
"""
_BEGINNING = """\

RewriteEngine On
RewriteCond %{{ENV:REDIRECT_STATUS}} .
RewriteRule ^ - [END]
RewriteCond %{{REQUEST_METHOD}} =OPTIONS
RewriteRule ^ - [E=ogpld_options:1,R=204,END]
RewriteCond %{{REQUEST_METHOD}} !^(?:GET|HEAD)$
RewriteRule ^ - [E=ogpld_method:1,R=405,END]
RewriteRule ^ - [E=ogpld_problem:json]
"""
_THINGS = """\

RewriteCond %{{REQUEST_URI}} ^{prefix}/(?:id|doc)/([^.~]+)
RewriteRule ^ - [E=ogpld_gone:{place}doc/%1]
RewriteCond %{{ENV:ogpld_gone}} .
RewriteCond %{{DOCUMENT_ROOT}}/%{{ENV:ogpld_gone}}~gone.json -f
RewriteRule ^ - [R=410,END]
RewriteCond %{{REQUEST_URI}} ^{prefix}/id/([^/]+/[^/.]+)$
RewriteCond %{{DOCUMENT_ROOT}}{prefix}/doc/%1.{first} -f
RewriteCond %{{REQUEST_URI}} ^{prefix}/id/([^/]+/[^/.]+)$
RewriteRule ^ {prefix}/doc/%1 [E=ogpld_short:1,R=303,END]
RewriteCond %{{REQUEST_URI}} ^{prefix}/id/|~(?:gone|404|406)\\.(?:json|html)$
RewriteRule ^ - [R=404,END]
RewriteCond %{{REQUEST_URI}} !={prefix}/sparql
RewriteCond %{{QUERY_STRING}} !^(?:(?:{own})(?:&|$))*$
RewriteRule ^ - [R=404,END]
RewriteCond %{{QUERY_STRING}} (?:^|&)page=(?!1(?:&|$))([0-9]+)(?:&|$)
RewriteRule ^ - [E=ogpld_page:~%1]
RewriteCond %{{QUERY_STRING}} (?:^|&)lang=({languages})(?:&|$)
RewriteRule ^ - [E=ogpld_lang:~%1]
RewriteRule ^ - [E=ogpld_path:%{{REQUEST_URI}},E=ogpld_stem:%{{REQUEST_URI}}]
RewriteCond %{{REQUEST_URI}} /$
RewriteRule ^ - [E=ogpld_stem:%{{REQUEST_URI}}index]
"""
_FILES = """\

RewriteCond %{{QUERY_STRING}} (?:^|&)(?:format|_mediatype)=({suffixes})(?:&|$)
RewriteRule ^ - [E=ogpld_form:%1,E=!ogpld_vary]
RewriteCond %{{ENV:ogpld_list}} .
RewriteCond %{{ENV:ogpld_form}} ^$
RewriteRule ^ - [E=!ogpld_list,E=!ogpld_vary,R=406,END]
RewriteCond %{{ENV:ogpld_form}} !=html
RewriteCond %{{ENV:ogpld_list}} .
RewriteRule ^ - [E=ogpld_lang:]
RewriteRule ^ - [E=ogpld_file:%{{REQUEST_URI}}]
RewriteCond %{{REQUEST_URI}} ^(.+)\\.(html)$
RewriteRule ^ - [E=ogpld_file:%1%{{ENV:ogpld_page}}%{{ENV:ogpld_lang}}.%2]
RewriteCond %{{REQUEST_URI}} ^(.+)\\.({paged})$
RewriteRule ^ - [E=ogpld_file:%1%{{ENV:ogpld_page}}.%2]
RewriteCond %{{ENV:ogpld_list}} .
RewriteRule ^ - [E=ogpld_file:%{{ENV:ogpld_stem}}%{{ENV:ogpld_page}}%{{ENV:ogpld_lang}}.%{{ENV:ogpld_form}}]
RewriteCond %{{DOCUMENT_ROOT}}%{{ENV:ogpld_file}} !-f
RewriteRule ^ - [E=!ogpld_list,E=!ogpld_vary,R=404,END]
RewriteCond %{{DOCUMENT_ROOT}}%{{ENV:ogpld_file}}.gz -f
RewriteRule ^ - [E=ogpld_twin:1]
RewriteCond %{{ENV:ogpld_twin}} .
RewriteCond %{{HTTP:Accept-Encoding}} "{gzip}" [NC]
RewriteRule ^ %{{ENV:ogpld_file}}.gz [E=ogpld_packed:1,END]
RewriteCond expr "%{{ENV:ogpld_file}} == %{{REQUEST_URI}}"
RewriteRule ^ - [END]
RewriteRule ^ %{{ENV:ogpld_file}} [END]
"""
_ERRORS = """\

<FilesMatch "~(?:gone|404|406)\\.json$">
    Header set Content-Type {problem}
    Header set Cache-Control no-store
</FilesMatch>
<FilesMatch "~(?:gone|404)\\.html$">
    Header set Content-Type "text/html; charset=utf-8"
    Header set Cache-Control no-store
    Header set Content-Security-Policy "{policy}"
</FilesMatch>
Header always set Access-Control-Allow-Methods "GET, HEAD, OPTIONS" env=ogpld_options
Header always set Allow "GET, HEAD, OPTIONS" env=ogpld_method
Header always set Cache-Control "public, max-age=300" env=ogpld_short
Header merge Vary Accept env=REDIRECT_ogpld_vary
Header merge Vary Accept-Encoding env=ogpld_twin
Header merge Vary Accept-Encoding env=REDIRECT_ogpld_twin
Header set Content-Encoding gzip env=REDIRECT_ogpld_packed
"""
#: Says of a file that it is sent in the place of the one whose compressed twin it is.
_PACKED = "REDIRECT_ogpld_packed"
#: Who accepts it: named, with no weight or one above 0 (RFC 9110 section 12.5.3).
_GZIP = r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*(?:1|0?\.\d*[1-9])|,|$)"
#: What the name of a compressed file has beside that of the one it is sent for.
_TWIN = ".gz"


def apache_files(rules: ExportRules) -> Iterator[tuple[str, str]]:
    """Yield the name and text of the rule file."""
    yield "apache.conf", "".join(_parts(rules))


def _parts(rules: ExportRules) -> Iterator[str]:
    places = {
        "prefix": rules.prefix,
        "place": f"{rules.prefix[1:]}/" if rules.prefix else "",
        "first": rules.form_lists[rules.thing_list][0][0][1],
        "problem": media.PROBLEM.type,
        "policy": rules.headers["content-security-policy"].by_ending.get(".html", ""),
        "own": rf"page=[0-9]+|lang=(?:{'|'.join(LANGUAGES)})"
        rf"|(?:format|_mediatype)=(?:{'|'.join(rules.suffixes)})|(?:{IGNORED})=[^&]*",
        "languages": "|".join(rules.languages) or "-",
        "suffixes": "|".join(rules.suffixes),
        "gzip": _GZIP,
        "paged": "|".join(rules.paged) or "-",
    }
    yield _HEAD.format(**{**places, "languages": " ".join(f".{code}" for code in LANGUAGES)})
    yield from _weights(rules)
    yield _BEGINNING.format(**places)
    # what is said of errors is a page for browsers: the choice among the forms of things
    yield from _choice(rules.form_lists[rules.thing_list])
    yield _rule(['%{ENV:ogpld_form} "=html"'], "E=ogpld_problem:html")
    yield from _redirects(rules)
    yield _THINGS.format(**places)
    for number, names in enumerate(_download_names(rules)):
        yield _rule([_matches(names.pattern)], f"E=ogpld_download_{number}:%1-%2")
    yield from _lists(rules)
    yield _FILES.format(**places)
    yield from _headers(rules)
    yield _ERRORS.format(**places)


def _weights(rules: ExportRules) -> Iterator[str]:
    """Yield the letter of each form by `Accept`; the last line that fits counts."""
    yield f'\nSetEnvIf Accept "^" ogpld_any={ANY}\nSetEnvIf Accept "[/*]" ogpld_any=0\n'
    for name, weight in rules.weights.items():
        yield f'SetEnvIf Accept "^" ogpld_q_{name}=-\n'
        for pattern, letter in reversed(weight.lines):
            yield f"SetEnvIfNoCase Accept {_quoted(pattern)} ogpld_q_{name}={letter}\n"


def _choice(entry: FormList, conditions: Iterable[str] = ()) -> Iterator[str]:
    """Yield rules that set `ogpld_form`: the highest letter wins, the first of equal ones, pages before all.

    A page is named itself when its letter counts, which is the highest of its weight
    (`accept_table.choice_of` says the same in patterns).
    """
    forms, negotiates = entry
    here = list(conditions)
    first = forms[0][1]
    if not negotiates:
        yield _rule(here, f"E=ogpld_form:{first}")
        return
    weights = [f"ogpld_q_{weight.name}" for weight in weights_of([kind for kind, _ in forms])]
    others = [suffix for kind, suffix in forms if kind not in PAGE_TYPES]
    pages = [suffix for kind, suffix in forms if kind in PAGE_TYPES]
    named = weights[len(others) : len(others) + len(pages)]
    wild = weights[len(others) + len(pages) :]
    yield _rule(here, "E=ogpld_form:,E=ogpld_best:-")
    for suffix, name in zip(others, weights, strict=False):
        yield _rule(
            [*here, f'expr "%{{ENV:{name}}} > %{{ENV:ogpld_best}}"'],
            f"E=ogpld_form:{suffix},E=ogpld_best:%{{ENV:{name}}}",
        )
    for suffix, name in zip(reversed(pages), reversed(named), strict=True):
        yield _rule(
            [
                *here,
                f'%{{ENV:{name}}} "!=-"',
                f'expr "%{{ENV:{name}}} >= %{{ENV:ogpld_best}}"',
            ],
            f"E=ogpld_form:{suffix},E=ogpld_best:%{{ENV:{name}}}",
        )
    for suffix, name in zip(pages, wild, strict=True):
        yield _rule(
            [*here, "%{ENV:ogpld_form} ^$", f'%{{ENV:{name}}} "!=-"'], f"E=ogpld_form:{suffix}"
        )
    yield _rule([*here, f'%{{ENV:ogpld_any}} "={ANY}"'], f"E=ogpld_form:{first}")


def _redirects(rules: ExportRules) -> Iterator[str]:
    """Yield rules for addresses that lead to others."""
    for path, (status, place) in rules.redirects.items():
        patterns = [path]
        if path.startswith(f"{rules.prefix}/doc/"):
            patterns.append(f"{rules.prefix}/id/{path.removeprefix(f'{rules.prefix}/doc/')}")
        pattern = "|".join(map(re.escape, patterns))
        flag = f"R={HTTPStatus(status).value},NE,END"
        yield _rule([_matches(f"^(?:{pattern})$")], flag, _target(place))
    newest = rules.redirects.get(f"{rules.prefix}/dump")
    if newest:
        pattern = rf"^{re.escape(rules.prefix)}/dump/current/([^\s<>]+)$"
        yield _rule([_matches(pattern)], f"R={newest[0]},END", f"{_target(newest[1])}/%1")


def _lists(rules: ExportRules) -> Iterator[str]:
    """Yield rules that find the list of forms of an address, and choose one."""
    prefix = re.escape(rules.prefix)
    numbers = {rf"^{prefix}/doc/[^/]+/[^/.~]+$": rules.thing_list}
    numbers.update(_patterns(rules.lists))
    for pattern, number in numbers.items():
        first = rules.form_lists[number][0][0][1]
        conditions = [_matches(pattern), f"%{{DOCUMENT_ROOT}}%{{ENV:ogpld_stem}}.{first} -f"]
        yield _rule(conditions, f"E=ogpld_list:{number}")
    yield _rule([], "E=ogpld_form:")
    for number, entry in enumerate(rules.form_lists):
        here = [f'%{{ENV:ogpld_list}} "={number}"']
        yield from _choice(entry, here)
        if entry[1]:
            yield _rule(here, "E=ogpld_vary:1")


def _patterns(lists: Mapping[str, int]) -> dict[str, int]:
    """Return patterns of addresses with the number of their list, the closer ones last.

    Addresses below one folder, and below folders beside each other, are one pattern where they have one list.
    """
    folders: dict[str, dict[str, int]] = {}
    for path, number in lists.items():
        folders.setdefault(path.rpartition("/")[0], {})[path] = number
    parents: dict[str, dict[str, set[int]]] = {}
    for folder, paths in folders.items():
        parents.setdefault(folder.rpartition("/")[0], {})[folder] = {*paths.values()}
    broad: dict[str, int] = {}
    close: dict[str, int] = {}
    for parent, members in parents.items():
        numbers = set().union(*members.values())
        if parent and len(numbers) == 1:
            broad[f"^{re.escape(parent)}/[^/]+/[^/~]+$"] = numbers.pop()
            continue
        for folder in members:
            paths = folders[folder]
            if folder and len({*paths.values()}) == 1:
                broad[f"^{re.escape(folder)}/[^/~]+$"] = next(iter(paths.values()))
            else:
                close.update((f"^{re.escape(path)}$", number) for path, number in paths.items())
    return {**broad, **close}


def _headers(rules: ExportRules) -> Iterator[str]:
    """Yield the headers of files: by ending, those that differ, and the links of addresses that negotiate."""
    by_ending: dict[str, list[tuple[str, str]]] = {}
    for name, table in rules.headers.items():
        for end, value in table.by_ending.items():
            by_ending.setdefault(end, []).append((name, value))
    for end, values in sorted(by_ending.items()):
        pattern = f"{re.escape(end)}$" if end else "^[^.]+$"
        lines = "".join(f"    Header {_set(name, value)}\n" for name, value in values if value)
        if lines:
            yield f'<FilesMatch "{pattern}">\n{lines}</FilesMatch>\n'
    for end, values in sorted(by_ending.items()):
        # a twin is none of the files that end so themselves, as dumps do
        lines = "".join(f"    Header {_set(*value)} env={_PACKED}\n" for value in values)
        if end and end != _TWIN:
            yield f'<FilesMatch "{re.escape(end + _TWIN)}$">\n{lines}</FilesMatch>\n'
    yield from _downloads(rules)
    for name, table in rules.headers.items():
        yield from _exceptions(rules, name, table)
    for number, (forms, negotiates) in enumerate(rules.form_lists):
        if negotiates:
            links = ", ".join(
                [
                    '<%{REDIRECT_ogpld_path}e>; rel="canonical"',
                    *(
                        f'<%{{REDIRECT_ogpld_stem}}e.{suffix}>; rel="alternate"; type="{kind}"'
                        for kind, suffix in forms
                    ),
                ]
            )
            condition = f"expr=%{{reqenv:REDIRECT_ogpld_list}} == '{number}'"
            yield f'Header set Link {_quoted(links)} "{condition}"\n'


def _downloads(rules: ExportRules) -> Iterator[str]:
    """Yield the names of downloads that are made of folder and file."""
    for number, names in enumerate(_download_names(rules)):
        for tail, variable in (("", "ogpld_download"), (_TWIN, "REDIRECT_ogpld_download")):
            value = f'{names.begin}%{{{variable}_{number}}}e"'
            pattern = names.pattern.removesuffix("$") + f"{re.escape(tail)}$"
            yield (
                f'<If "%{{REQUEST_URI}} =~ m#{_escaped(pattern)}#{_is_packed(tail)}">\n'
                f"    Header set Content-Disposition {_quoted(value)}\n</If>\n"
            )


def _exceptions(rules: ExportRules, name: str, table: HeaderTable) -> Iterator[str]:
    """Yield what a header is of files that differ from others of their ending."""
    patterned = {value for names in _download_names(rules) for value in names.values}
    files: dict[str, list[str]] = {}
    for file, value in table.by_file.items():
        if name != "content-disposition" or value not in patterned:
            files.setdefault(value, []).append(file)
    for value, paths in files.items():
        for tail in ("", _TWIN):
            listed = ", ".join(_expression(path + tail) for path in paths)
            yield (
                f'<If "%{{REQUEST_URI}} in {{ {listed} }}{_is_packed(tail)}">\n'
                f"    Header {_set(name, value)}\n</If>\n"
            )


def _is_packed(tail: str) -> str:
    """Return what else is so of a twin, in an expression."""
    return f" && reqenv('{_PACKED}') == '1'" if tail else ""


def _set(name: str, value: str) -> str:
    """Return what sets a header, or takes it away."""
    return f"set {_title(name)} {_quoted(value)}" if value else f"unset {_title(name)}"


@dataclass(frozen=True, slots=True)
class DownloadNames:
    """Names of downloads that are made of folder and file.

    Attributes:
        pattern: of their addresses, with folder and file in brackets.
        begin: what `Content-Disposition` has in front of both.
        values: the headers that it stands for.
    """

    pattern: str
    begin: str
    values: frozenset[str]


def _download_names(rules: ExportRules) -> Iterator[DownloadNames]:
    """Yield what names of downloads have in common, so that no rule is needed for each."""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for path, value in rules.headers["content-disposition"].by_file.items():
        parent, _, name = path.rpartition("/")
        above, _, folder = parent.rpartition("/")
        tail = f'{folder}-{name}"'
        if value.endswith(tail):
            groups.setdefault((above, value.removesuffix(tail)), {})[name] = value
    for (above, begin), values in groups.items():
        endings = "|".join(sorted({re.escape(ending(name)) for name in values}))
        pattern = rf"^{re.escape(above)}/([^/]+)/([^/]+(?:{endings}))$"
        yield DownloadNames(pattern, begin, frozenset(values.values()))


def _rule(conditions: Iterable[str], flags: str, target: str = "-") -> str:
    lines = "".join(f"RewriteCond {condition}\n" for condition in conditions)
    return f'{lines}RewriteRule ^ {target} "[{flags}]"\n'


def _matches(pattern: str) -> str:
    """Return the condition that the address is so; mod_rewrite leaves backslashes as they are."""
    return '%{REQUEST_URI} "' + pattern.replace('"', r"\"") + '"'


def _target(place: str) -> str:
    """Return the place of a redirect as a substitution."""
    return re.sub(r"([%$\\ ])", r"\\\1", place)


def _expression(text: str) -> str:
    """Return a text as a word of an expression, between quotes in a line."""
    escaped = re.sub(r"(['\\%])", r"\\\1", text)
    return _escaped(f"'{escaped}'")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _title(header: str) -> str:
    return "-".join(word.capitalize() for word in header.split("-"))
