"""Fill in the page templates: a Jinja environment of our own, which needs no application."""

from __future__ import annotations

import re
from functools import cache, partial

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from ogpld.catalogue.schemaorg import Node, as_block, catalogue_node, dataset_node
from ogpld.errors import ERRORS
from ogpld.formats import media
from ogpld.language_tags import LOCALES
from ogpld.queries.named import NamedQuery
from ogpld.release import Release
from ogpld.statistics import GradeName
from ogpld.statistics.measures import COVERAGE
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.named_forms import form_query, keep_form
from ogpld.web.http.site_paths import keep_language, write_page
from ogpld.web.http.wordings import wording_of
from ogpld.web.pages.available_values import available_values
from ogpld.web.pages.chart_words import title_of
from ogpld.web.pages.links import in_address
from ogpld.web.pages.page_citation import (
    cite_page,
    language_addresses,
    neutral_address,
    page_address,
)
from ogpld.web.pages.site import site_of
from ogpld.wording import day, has_label, label, number, plural_of, quantity, small, write_in

#: How something came about, beside a value on a page.
_MARK = re.compile(' ?<span class="mark">[^<]*</span>')


@cache
def environment_of(language: str) -> Environment:
    """Return the environment of the templates in a language; what it has no words for is English."""
    environment = Environment(
        extensions=("jinja2.ext.i18n",),
        loader=PackageLoader("ogpld.web"),
        autoescape=select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = wording_of(language).translations
    # both are methods of the extension, which is added by name
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["language"] = language
    english = Markup() if language == DEFAULT else Markup(' lang="en"')
    word = translations.gettext

    def model(text: object) -> Markup:
        """Return a text of the model: in the language of the page, or in English and marked as that."""
        plain = not english or not text
        if not plain and has_label(str(text)):
            plain, text = True, label(str(text))
        return escape(text) if plain else Markup('<span lang="en">{}</span>').format(text)

    def english_of(text: str) -> Markup:
        """Return the attribute of an element with a text of the model, where it is in English."""
        return Markup() if has_label(text) else english

    def label_of(text: str) -> Markup:
        """Return what is a label of the model or a word of ours."""
        return model(text) if not text or has_label(text) else _word_of(text)

    def _word_of(text: str) -> Markup:
        translated = word(text)
        return escape(translated) if translated != text else model(text)

    def grade_name(grade: GradeName) -> Markup:
        """Return the name of a grade: of the model, or ours for what is not known and for coverage."""
        if grade.scale in {"", COVERAGE}:
            return label_of(grade.label)
        return model(grade.text)

    def question(query: NamedQuery) -> Markup:
        """Return the title of a question, in English and marked as that where it has no other."""
        own = query.titles.get(language)
        return escape(own) if own else model(query.title)

    def meaning_of(code: str) -> str:
        """Return what an error means in the language of the page, "" in English or without words."""
        meaning = ERRORS[code].meaning
        return translated if english and (translated := word(meaning)) != meaning else ""

    environment.filters["label_of"] = label_of
    environment.filters["small"] = small
    environment.filters["day"] = day
    environment.filters["in_address"] = in_address
    environment.filters["prose"] = _prose
    environment.globals.update(
        english=english,  # the attribute of an element with a text of the model
        model=model,
        label_of=label_of,
        grade_name=grade_name,
        meaning_of=meaning_of,
        question=question,
        available_values=available_values,
        remedy_of=lambda code: word(ERRORS[code].remedy),
        word=word,  # of what is no text of the templates
        media=media,
        quantity=quantity,
        figure=number,
        day=day,
        locale_of=LOCALES.__getitem__,
        title_of=title_of,
        plain_label=label,  # where no element can stand
        english_of=english_of,
        lang=partial(_lang, language),
        plural_of=plural_of,
    )
    return environment


def render(request: ReleaseRequest, name: str, /, **values: object) -> str:
    """Return a template filled in.

    Every one has `request`, `site` (who runs it), `has_claims` (whether there are any), `cite_page` (says
    how it is cited, by its heading), `page_address` (its own, as configured), `languages` (it in each
    language: tag, name, path, address), `neutral_address` (in the language the browser asks for)
    and `schema_org` with the page's block of data; a page of a kept release also has that release as `past`,
    and the address of the same page in the release in service as `now`.
    """
    write_in(request.wording_in(request.language))
    release = request.release
    past: dict[str, object] = {}
    if release.path_prefix:
        now = request.path.removeprefix(release.path_prefix)
        past = {"past": release.release, "now": now}
    block = _schema_org(request)
    cited_release = values.get("release")
    everywhere = {
        "cite_page": partial(
            cite_page,
            request,
            cited_release if isinstance(cited_release, Release) else release.release,
        ),
        "languages": language_addresses(request),
        "neutral_address": neutral_address(request),
        "page_address": page_address(request),
        "request": request,
        "schema_org": block,
        "site": site_of(release.settings),
        "has_claims": "Claim" in release.release.manifest.classes,
        **past,
    }
    page = environment_of(request.language).get_template(name).render({**everywhere, **values})
    page = keep_form(page, request.path, form_query(request))
    if request.named_language:
        page = keep_language(page, request.named_language)
    return write_page(page, request.root_path)


def _lang(language: str, tag: str) -> Markup:
    """Return the attribute of an element of a page in a language, with a text in the same or another one."""
    return Markup() if tag in {"", "und", language} else Markup(' lang="{}"').format(tag)


def _prose(html: str) -> str:
    """Return the text of a part of a page as it stands by itself: without markup, and without marks."""
    return Markup(_MARK.sub("", html)).striptags()  # noqa: S704  (what comes out has none)


def _schema_org(request: ReleaseRequest) -> Markup:
    """Return what search engines for data find in a page: home and datasets have it, others nothing."""
    node = None if request.release.path_prefix else _node(request.release, request.path)
    if node is None:
        return Markup()
    # every character that could end the element is escaped in the JSON itself
    block = Markup(as_block(node))  # noqa: S704
    return Markup('<script type="{}">\n{}\n</script>').format(media.JSON_LD.type, block)


def _node(release: OpenRelease, path: str) -> Node | None:
    if path == "/":
        return catalogue_node(facts(release), release.settings)
    folder, _, name = path.rpartition("/")
    if folder != "/dataset":
        return None
    described = facts(release)
    dataset = described.named(name.partition(".")[0])
    return dataset_node(described, dataset, release.settings) if dataset else None
