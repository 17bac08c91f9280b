"""Tables of a class, derived from the model: the whole one and the one a clerk fills in.

A column is the JSON-LD key of a property, with `@tag` for text (`title@en`); the first is `key`. The
whole table (`header`) has every property. The template leaves out what nobody types: what is computed
(`computed`), what only a reader of the OGP's site can know, and parts that have no table of their own.
Codes, titles and order come from the shapes; nothing is listed here but those exceptions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ogpld.model.schema import ClassDef, Model, PropertyDef, Scheme
from ogpld.near_names import closest_few
from ogpld.rdf import DCTERMS, NS, PROV, RDF, XSD

_TEXT = RDF("langString").value
_BOOLEAN = XSD("boolean").value

_STROKES = re.compile(r"(?<=\s)\|+(?=\s)")

#: Written forms of dates by datatype, the least exact first.
DATE_FORMS = {
    XSD("gYear").value: "2016",
    XSD("gYearMonth").value: "2016-07",
    XSD("date").value: "2016-07-01",
}
#: What a cell of a datatype holds, by its name in XML Schema.
_WRITTEN = {
    **dict.fromkeys(("nonNegativeInteger", "positiveInteger"), "a whole number in digits"),
    **dict.fromkeys(("decimal", "double", "float"), "a number with a point, as in 1234.5"),
    "dateTime": "a date with its time, as in 2026-07-01T09:30:00Z",
    "time": "a time, as in 09:30:00",
    **dict.fromkeys(("duration", "dayTimeDuration"), "a duration, as in P3DT12H"),
    "yearMonthDuration": "a duration, as in P1Y6M",
    "anyURI": "an absolute address, as in https://example.org/",
}
#: Header of the sheet of codes that stands beside the tables of a workbook.
CODES_HEADER = ("scheme", "notation", "label")

#: Computed statements that no indicator window names as its shortcut.
_COMPUTED = (
    NS("selfCompletion").value,
    NS("highAmbition").value,
    NS("highCompletion").value,
    NS("strongResults").value,
    NS("earliestStart").value,
    NS("latestEnd").value,
    NS("memberStatus").value,
    PROV("wasDerivedFrom").value,
)
#: What a reader of the OGP's site notes, and the inverse of `replaces`: right, but not to be asked for.
_NOT_ASKED = (
    NS("status").value,
    NS("pageUpdated").value,
    NS("earlierPolicyArea").value,
    NS("printedText").value,
    NS("sourceColumn").value,
    DCTERMS("isReplacedBy").value,
)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table of a class.

    Attributes:
        name: as the header prints it.
        definition: the property its cells state, None for `key`.
        language: tag of its texts, "" for other values.
    """

    name: str
    definition: PropertyDef | None = None
    language: str = ""

    @property
    def required(self) -> bool:
        """Whether every row needs a value."""
        return self.definition is None or self.definition.min_count > 0

    @property
    def repeats(self) -> bool:
        """Whether a cell may hold several values."""
        definition = self.definition
        return (
            definition is not None and definition.max_count is None and not definition.unique_lang
        )


@dataclass(frozen=True, slots=True)
class Separator:
    """What stands between the values of a cell.

    Attributes:
        text: what people write.
        pattern: where a cell is split.
        addresses: where a cell with an address in it is split, because these may hold semicolons; None
            where that makes no difference.
    """

    text: str
    pattern: re.Pattern[str]
    addresses: re.Pattern[str] | None = None

    @classmethod
    def exact(cls, text: str) -> Separator:
        """Return a separator that is just this text."""
        return cls(text, re.compile(re.escape(text)))

    def split(self, cell: str) -> list[str]:
        """Return the values of a cell without outer blanks; empty ones fall away."""
        apart = self.addresses if self.addresses and "://" in cell else self.pattern
        return [value.strip() for value in apart.split(cell) if value.strip()]


def longest_strokes(text: str) -> int:
    """Return the length of the longest run of strokes (`|`) that stands between blanks or at an end."""
    if "|" not in text:
        return 0
    return max(map(len, _STROKES.findall(f" {text} ")), default=0)


def separator(strokes: int, *, semicolon: bool = False) -> str:
    """Return what stands between the values of a column, so that splitting gives them back.

    It is `;` where that can be, else strokes between blanks: ` | `, or one stroke more than the longest run
    that any value of the column has.

    Args:
        strokes: that run (`longest_strokes`).
        semicolon: whether values are keys or codes, none of which holds a semicolon.
    """
    return ";" if semicolon else f" {'|' * (strokes + 1)} "


#: Between codes and numbers in filled tables.
VALUES = Separator(";", re.compile(r";|\s\|+\s"))
#: Between keys and addresses in filled tables: in an address a semicolon separates before a blank, another
#: address or the end.
LINKS = Separator(";", VALUES.pattern, re.compile(r";\s+|;(?=https?://)|\s\|+\s|;\Z"))


def is_text(definition: PropertyDef) -> bool:
    """Say whether values are human-readable text with a language."""
    return _TEXT in definition.datatypes


def is_date(definition: PropertyDef) -> bool:
    """Say whether values are dates, months or years."""
    return bool(DATE_FORMS.keys() & set(definition.datatypes))


def computed(model: Model) -> frozenset[str]:
    """Return the IRIs of properties that are computed or written by machines."""
    shortcuts = {NS(window.shortcut).value for window in model.windows if window.shortcut}
    return frozenset(shortcuts.union(_COMPUTED))


def properties_by_key(model: Model, definition: ClassDef) -> dict[str, PropertyDef]:
    """Return the properties of a class that have a key, in page order."""
    return {
        model.terms[property_def.iri].key: property_def
        for property_def in definition.properties
        if property_def.iri in model.terms
    }


def header(model: Model, class_name: str) -> tuple[str, ...]:
    """Return the columns of a class's canonical table, in page order.

    Raises:
        ModelError: when the model has no such class.
    """
    properties = properties_by_key(model, model.class_named(class_name))
    return ("key", *(f"{key}@en" if is_text(what) else key for key, what in properties.items()))


def template_classes(model: Model) -> tuple[ClassDef, ...]:
    """Return the classes that have tables: those whose things have pages."""
    return tuple(
        model.classes[name] for name in sorted(model.classes) if model.classes[name].segment
    )


def class_called(model: Model, text: str) -> ClassDef | None:
    """Return the class somebody means: by name, label or path, singular or plural, any case."""

    def plain(name: str) -> str:
        return re.sub(r"[^a-z]", "", name.lower())

    wanted = {plain(text), plain(text).removesuffix("s")}
    named = [c for c in template_classes(model) if {plain(c.name), plain(c.label)} & wanted]
    return next(
        iter(named or [c for c in template_classes(model) if plain(c.segment) in wanted]), None
    )


def classes_near(model: Model, text: str) -> tuple[str, ...]:
    """Return the names of the classes somebody may mean by a text that names none.

    A name that is written nearly so counts, or shares a word; so does a kind of the things of a class: a
    `self-assessment` is a kind of report.
    """
    named: dict[str, str] = {}
    for definition in template_classes(model):
        for key, what in properties_by_key(model, definition).items():
            if key.endswith("Kind") and what.scheme:
                kinds = model.schemes[what.scheme].codes
                named |= {code.label.lower(): definition.name for code in kinds}
    for definition in template_classes(model):
        names = (definition.name, definition.label, definition.segment)
        named |= {name.lower(): definition.name for name in names}
    words = set(re.findall(r"[a-z]{4,}", text.lower()))
    near = [name for name in named if words & set(re.findall(r"[a-z]{4,}", name))]
    near = near or closest_few(text, named, 3)
    return tuple(dict.fromkeys(named[name] for name in near))


def template_columns(
    model: Model, class_name: str, languages: tuple[str, ...] = ("en",)
) -> tuple[TableColumn, ...]:
    """Return the columns of the table to fill: `key`, the required ones, then the others as on pages.

    Texts have a column for each language, and one for English where one has to be in it.

    Raises:
        ModelError: when the model has no such class.
    """
    left_out = computed(model).union(_NOT_ASKED)
    columns: list[TableColumn] = []
    for key, definition in properties_by_key(model, model.class_named(class_name)).items():
        part = (
            definition.thing in model.by_class_iri
            and not model.by_class_iri[definition.thing].segment
        )
        if definition.iri in left_out or part or definition.iri == NS("territory").value:
            continue
        if is_text(definition):
            is_short = definition.english and "en" not in {
                tag.partition("-")[0] for tag in languages
            }
            tags = (*languages, "en") if is_short else languages
            columns += [TableColumn(f"{key}@{tag}", definition, tag) for tag in tags]
        else:
            columns.append(TableColumn(key, definition))
    return (TableColumn("key"), *sorted(columns, key=lambda column: not column.required))


def schemes_of(model: Model, column: TableColumn) -> tuple[Scheme, ...]:
    """Return the code lists a column takes its values from; several where the row's indicator decides."""
    definition = column.definition
    if definition is None or not definition.codes:
        return ()
    if definition.scheme:
        return (model.schemes[definition.scheme],)
    return tuple(model.schemes[name] for name in sorted(set(model.scales.values())))


def how_to_write(model: Model, definition: PropertyDef) -> str:
    """Return in a few words what a cell of a property may hold, for comments and hints."""
    if is_text(definition):
        return "text, in the language the header names"
    if is_date(definition):
        forms = [form for kind, form in DATE_FORMS.items() if kind in definition.datatypes]
        return "a date as exact as it is known: " + " or ".join(forms)
    if definition.scheme:
        return f"a code of the list {definition.scheme!r}, by notation or label"
    if definition.codes:
        return "a code of the indicator's scale, or scheme/notation"
    thing = model.by_class_iri.get(definition.thing)
    if thing is not None and thing.segment:
        return f"a key ({thing.label}), or an http(s) address"
    if definition.links:
        return "an http(s) address; a thing of ours also as commitment/KEY"
    if XSD("integer").value in definition.datatypes:
        return "a whole number in digits"
    if _BOOLEAN in definition.datatypes:
        return "true or false"
    names = {XSD.local(datatype) for datatype in definition.datatypes}
    return next(
        (_WRITTEN[name] for name in _WRITTEN if name in names), "letters and digits as printed"
    )
