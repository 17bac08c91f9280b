"""Fill in the page templates: a Jinja environment of our own, which needs no application."""

from __future__ import annotations

from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from ogpld.catalogue.coverage import quantity
from ogpld.catalogue.schemaorg import Node, as_block, catalogue_node, dataset_node
from ogpld.formats import media
from ogpld.release import Release
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.site_paths import keep_language, write_page
from ogpld.web.pages.page_citation import (
    cite_page,
    language_addresses,
    neutral_address,
    page_address,
)
from ogpld.web.pages.site import site_of
from ogpld.web.pages.words import plural_of


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
    translations = NullTranslations() if language == DEFAULT else _translations(language)
    # both are methods of the extension, which is added by name
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["language"] = language
    environment.globals["word"] = translations.gettext  # of what is no text of the templates
    environment.globals["media"] = media
    environment.globals["quantity"] = quantity
    environment.globals["plural_of"] = plural_of
    return environment


def _translations(language: str) -> GNUTranslations:
    folder = files("ogpld.web") / "locale" / language / "LC_MESSAGES"
    with (folder / "messages.mo").open("rb") as catalogue:
        return GNUTranslations(catalogue)


def render(request: ReleaseRequest, name: str, /, **values: object) -> str:
    """Return a template filled in.

    Every one has `request`, `site` (who runs it), `has_claims` (whether there are any), `cite_page` (says
    how it is cited, by its heading), `page_address` (its own, as configured), `languages` (it in each
    language: tag, name, path, address), `neutral_address` (in the language the browser asks for)
    and `schema_org` with the page's block of data; a page of a kept release also has that release as `past`,
    and the address of the same page in the release in service as `now`.
    """
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
    if request.named_language:
        page = keep_language(page, request.named_language)
    return write_page(page, request.root_path)


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
