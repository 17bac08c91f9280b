"""Rules for nginx: `nginx-http.conf` for its `http` block, `nginx-server.conf` for a `server` block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ogpld.export.accept_table import ANY, choice_of, weights_of
from ogpld.export.export_rules import IGNORED, ExportRules
from ogpld.export.records import HEADERS
from ogpld.formats import media
from ogpld.language_tags import LANGUAGES

_HEAD = "# Written by `ogpld export`; a new export replaces it.\n"
_FIXED = """\
merge_slashes off;
absolute_redirect off;
server_tokens off;
gzip_static on;
gzip_vary on;
types {{ }}
default_type "";
set $ogpld_path $uri;
error_page 404 {prefix}/~404.$ogpld_problem;
error_page 406 {prefix}/~406.json;
error_page 410 $ogpld_gone~gone.$ogpld_problem;

{headers}
add_header Vary $ogpld_vary;
add_header Link $ogpld_link;
{always}

location / {{
    if ($request_method = OPTIONS) {{ return 204; }}
    if ($ogpld_301) {{
{moved}
        return 301 $ogpld_301$is_args$args;
    }}
    if ($ogpld_302) {{
{moved}
        return 302 $ogpld_302$is_args$args;
    }}
    if (-f $document_root$ogpld_gone~gone.json) {{ return 410; }}
    if ($ogpld_foreign) {{ return 404; }}
    if ($ogpld_refused) {{ return 406; }}
    try_files $ogpld_file =404;
}}

location ~ ^{pattern}/id/(?<ogpld_thing>[^/]+/[^/.]+)$ {{
{errors}
    add_header Cache-Control "public, max-age=300";
    if ($ogpld_301) {{ return 301 $ogpld_301$is_args$args; }}
    if (-f $document_root{prefix}/doc/$ogpld_thing~gone.json) {{ return 410; }}
    if (-f $document_root{prefix}/doc/$ogpld_thing.{first}) {{
        return 303 {prefix}/doc/$ogpld_thing$is_args$args;
    }}
    return 404;
}}

location ~ "^{pattern}/dump/current/(?<ogpld_dump>[^\\s<>]+)$" {{
{errors}
    return 302 $ogpld_newest/$ogpld_dump$is_args$args;
}}

location ~ ~(?:gone|404|406)\\.json$ {{
    internal;
    add_header Content-Type {problem} always;
    add_header Cache-Control no-store always;
{errors}
}}

location ~ ~(?:gone|404)\\.html$ {{
    internal;
    add_header Content-Type "text/html; charset=utf-8" always;
    add_header Content-Security-Policy $ogpld_error_policy always;
    add_header Cache-Control no-store always;
{errors}
}}
"""
_ALWAYS = (
    "add_header Access-Control-Allow-Origin * always;",
    "add_header Access-Control-Allow-Methods $ogpld_methods always;",
    "add_header X-Content-Type-Options nosniff always;",
    "add_header Referrer-Policy no-referrer always;",
)


def nginx_files(rules: ExportRules) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the rule files."""
    yield "nginx-http.conf", _HEAD + "".join(_maps(rules))
    names = list(rules.headers)
    headers = [f"add_header {_title(name)} ${_variable(name)};" for name in names]
    yield (
        "nginx-server.conf",
        _HEAD
        + _FIXED.format(
            prefix=rules.prefix,
            pattern=re.escape(rules.prefix),
            headers="\n".join(headers),
            always="\n".join(_ALWAYS),
            errors="\n".join(f"    {line}" for line in _ALWAYS),
            moved="\n".join(f"        {line}" for line in _ALWAYS),
            first=rules.form_lists[rules.thing_list][0][0][1],
            problem=media.PROBLEM.type,
        ),
    )


def _maps(rules: ExportRules) -> Iterator[str]:
    yield "map_hash_max_size 131072;\nmap_hash_bucket_size 512;\n"
    suffixes = "|".join(rules.suffixes)
    codes = "|".join(rules.languages) or "-"
    every = "|".join(LANGUAGES)
    own = rf"page=[0-9]+|lang=(?:{every})|(?:format|_mediatype)=(?:{suffixes})|(?:{IGNORED})=[^&]*"
    page = re.escape(f"{rules.prefix}/sparql")
    answered = {rf"~^{page}\?": "0", rf"~^[^?]*\?(?:(?:{own})(?:&|$))*$": "0"}
    yield _map('"$ogpld_path?$args"', "foreign", answered, "1")
    yield _map(
        "$args",
        "page",
        {"~(?:^|&)page=1(?:&|$)": "", "~(?:^|&)page=(?<ogpld_p>[0-9]+)(?:&|$)": "~$ogpld_p"},
    )
    yield _map("$args", "lang", {f"~(?:^|&)lang=(?<ogpld_l>{codes})(?:&|$)": "~$ogpld_l"})
    named = f"~(?:^|&)(?:format|_mediatype)=(?<ogpld_f>{suffixes})(?:&|$)"
    yield _map("$args", "named", {named: "$ogpld_f"})
    yield _map("$http_accept", "any", {"": ANY, "~^[^/*]*$": ANY}, "0")
    yield from _choices(rules)
    prefix = re.escape(rules.prefix)
    thing = rf"~^{prefix}/doc/[^/]+/[^/.~]+$"
    yield _map("$ogpld_path", "list", {**_numbers(rules), thing: str(rules.thing_list)})
    yield _map("$ogpld_named", "form", {"": "$ogpld_choice"}, "$ogpld_named")
    yield _map("$ogpld_form", "form_lang", {"html": "$ogpld_lang"})
    yield _map("$ogpld_path", "stem", {"~/$": "${ogpld_path}index"}, "$ogpld_path")
    paged = "|".join(rules.paged)
    yield _map(
        "$ogpld_path",
        "direct",
        {
            r"~^(?<ogpld_b>.+)\.html$": "$ogpld_b$ogpld_page$ogpld_lang.html",
            rf"~^(?<ogpld_c>.+)\.(?<ogpld_e>{paged or '-'})$": "$ogpld_c$ogpld_page.$ogpld_e",
        },
        "$ogpld_path",
    )
    file = "$ogpld_stem$ogpld_page$ogpld_form_lang.$ogpld_form"
    yield _map("$ogpld_list", "file", {"": "$ogpld_direct"}, file)
    yield _map('"$ogpld_list:$ogpld_form"', "refused", {"~^[0-9]+:$": "1"}, "0")
    yield _map("$request_method", "methods", {"OPTIONS": "GET, HEAD, OPTIONS"})
    yield from _places(rules)
    for name, table in rules.headers.items():
        endings = {
            f"~{re.escape(end)}$": value
            for end, value in sorted(table.by_ending.items(), reverse=True)
            if end
        }
        rest = table.by_ending.get("", "")
        yield _map(
            "$ogpld_file",
            _variable(name).removeprefix("ogpld_"),
            {**table.by_file, **endings},
            rest,
        )


def _choices(rules: ExportRules) -> Iterator[str]:
    """Yield the maps that choose a form by Accept."""
    for name, weight in rules.weights.items():
        lines = {f"~*{pattern}": letter for pattern, letter in weight.lines}
        yield _map("$http_accept", f"q_{name}", lines, "-")
    choice, vary, links = {}, {}, {}
    for number, (forms, negotiates) in enumerate(rules.form_lists):
        if not negotiates:
            choice[str(number)] = forms[0][1]
            continue
        row = "".join(f"$ogpld_q_{w.name}" for w in weights_of([kind for kind, _ in forms]))
        lines = {f"~{pattern}": suffix for pattern, suffix in choice_of(forms)}
        yield _map(f'"$ogpld_any{row}"', f"choice_{number}", lines)
        choice[str(number)] = f"$ogpld_choice_{number}"
        vary[f"{number}:"] = "Accept"
        links[str(number)] = ", ".join(
            [
                '<$ogpld_path>; rel="canonical"',
                *(
                    f'<$ogpld_stem.{suffix}>; rel="alternate"; type="{kind}"'
                    for kind, suffix in forms
                ),
            ]
        )
    yield _map("$ogpld_list", "choice", choice)
    yield _map('"$ogpld_list:$ogpld_named"', "vary", vary)
    yield _map("$ogpld_list", "link", links)
    page = f"$ogpld_choice_{rules.thing_list}"
    yield _map(page, "problem", {"html": "html"}, "json")


def _places(rules: ExportRules) -> Iterator[str]:
    """Yield the maps of redirects and of things that are gone."""
    prefix = rules.prefix
    for status in (301, 302):
        places = {p: place for p, (code, place) in rules.redirects.items() if code == status}
        for path, place in list(places.items()):
            if path.startswith(f"{prefix}/doc/"):
                places[f"{prefix}/id/{path.removeprefix(f'{prefix}/doc/')}"] = place
        yield _map("$ogpld_path", str(status), places)
    newest = rules.redirects.get(f"{prefix}/dump", (0, ""))[1]
    yield _map('""', "newest", {}, newest)
    escaped = re.escape(prefix)
    yield _map(
        "$ogpld_path",
        "gone",
        {
            rf"~^{escaped}/id/(?<ogpld_g>[^.~]+)": f"{prefix}/doc/$ogpld_g",
            rf"~^(?<ogpld_h>{escaped}/doc/[^/]+/[^.~]+)": "$ogpld_h",
        },
    )
    policy = rules.headers["content-security-policy"].by_ending.get(".html", "")
    yield _map('""', "error_policy", {}, policy)


def _numbers(rules: ExportRules) -> Mapping[str, str]:
    return {path: str(number) for path, number in rules.lists.items()}


def _map(source: str, name: str, lines: Mapping[str, str], default: str = "") -> str:
    body = "".join(f"    {_quoted(key)} {_quoted(value)};\n" for key, value in lines.items())
    return f"map {source} $ogpld_{name} {{\n    default {_quoted(default)};\n{body}}}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text != "" else '""'


def _variable(header: str) -> str:
    return f"ogpld_h{HEADERS.index(header)}"  # long names do not fit nginx's table of variables


def _title(header: str) -> str:
    return "-".join(word.capitalize() for word in header.split("-"))
