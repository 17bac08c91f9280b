"""All findings of one run, and their text and JSON views."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ogpld.report.causes import Cause, causes
from ogpld.report.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in a stable order."""

    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Sort findings into a report."""
        return cls(tuple(sorted(findings, key=Finding.sort_key)))

    @property
    def conforms(self) -> bool:
        """Whether there is no finding at all (SHACL section 3.6.1.1)."""
        return not self.findings

    @property
    def refused(self) -> bool:
        """Whether any finding is a Violation."""
        return any(f.severity is Severity.VIOLATION for f in self.findings)

    def causes(self) -> tuple[Cause, ...]:
        """Return the findings grouped so that one cause is one line."""
        return causes(self.findings)

    def about(self, focus: str) -> tuple[Finding, ...]:
        """Return the findings about a thing or a part of it (`…#territory`)."""
        return tuple(f for f in self.findings if f.focus.split("#", 1)[0] == focus)

    def counts(self) -> dict[str, int]:
        """Count findings by severity, zeroes included."""
        counted = Counter(f.severity.value for f in self.findings)
        return {severity.value: counted[severity.value] for severity in Severity}

    def summary(self) -> str:
        """Say in one line how many findings of each severity there are."""
        return ", ".join(f"{n} {name}{'s' * (n != 1)}" for name, n in self.counts().items())

    def as_text(self, *, worst_only: bool = False, alike: int | None = None) -> str:
        """Return every cause as text.

        Args:
            worst_only: leave out all but Violations.
            alike: of Warnings and Infos that say the same, how many causes to show; None shows all.
        """
        chosen = (f for f in self.findings if not worst_only or f.severity is Severity.VIOLATION)
        return "\n".join(_cause_lines(causes(chosen), alike))

    def as_json(self) -> str:
        """Return the report as JSON: counts, causes, and every finding by itself."""
        head = {
            "conforms": self.conforms,
            "publishable": not self.refused,
            "counts": self.counts(),
        }
        lists = {
            "causes": [cause.as_dict() for cause in self.causes()],
            "findings": [f.as_dict() for f in self.findings],
        }
        # not indented: Python writes that ten times slower, and reports are long
        parts = [f'"{name}": {_json(value)}' for name, value in {**head, **lists}.items()]
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        """Read what `as_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: when it is something else.
        """
        texts: dict[str, str] = {}  # thousands of findings say the same

        def read(fields: dict[str, Any]) -> Any:
            for key, value in fields.items():
                if isinstance(value, str):
                    fields[key] = texts.setdefault(value, value)
            return Finding.from_dict(fields) if {"focus", "message"} <= fields.keys() else fields

        return cls(tuple(json.loads(text, object_hook=read)["findings"]))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, check_circular=False)


def _cause_lines(causes: Iterable[Cause], alike: int | None) -> Iterator[str]:
    """Yield causes as text; where many say the same the first few, and how many there are."""
    groups: dict[tuple[Severity, tuple[str, ...]], list[Cause]] = {}
    for cause in causes:
        groups.setdefault((cause.severity, cause.messages), []).append(cause)
    for (severity, _), group in groups.items():
        limit = len(group) if alike is None or severity is Severity.VIOLATION else alike
        yield from (cause.as_text() for cause in group[:limit])
        if rest := group[limit:]:
            count = sum(len(cause.findings) for cause in rest)
            yield f"  … and {count} more of these"
