"""What a tool for language models is: a name, checked arguments, a function, the form of its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ogpld.errors import UsageError

Json = dict[str, Any]
_TYPES: Mapping[str, type] = {"string": str, "integer": int, "object": dict}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a tool.

    Attributes:
        name: its name.
        type: its type in JSON Schema; an object has texts as values.
        description: what it does, a sentence.
        required: whether it has to be given.
        minimum: least whole number.
        maximum: greatest whole number, or the most characters of a text.
    """

    name: str
    type: Literal["string", "integer", "object"]
    description: str
    required: bool = False
    minimum: int = 0
    maximum: int | None = None

    @property
    def schema(self) -> Json:
        """The argument in JSON Schema 2020-12."""
        schema: Json = {"type": self.type, "description": self.description}
        if self.type == "integer":
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum" if self.type == "integer" else "maxLength"] = self.maximum
        if self.type == "object":
            schema["additionalProperties"] = {"type": "string"}
        return schema

    def check(self, value: object) -> None:
        """Refuse a value that cannot be one.

        Raises:
            UsageError: naming the argument, and what may be given.
        """
        fits = isinstance(value, _TYPES[self.type]) and not isinstance(value, bool)
        if fits and isinstance(value, dict):
            fits = all(isinstance(inner, str) for inner in value.values())
        if not fits:
            raise UsageError(f"the argument {self.name} is no {self._kind}", hint=self.description)
        size = value if isinstance(value, int) else len(value) if isinstance(value, str) else 0
        if isinstance(value, int) and size < self.minimum:
            raise UsageError(f"the argument {self.name} is less than {self.minimum}")
        if self.maximum is not None and size > self.maximum:
            unit = " characters" if isinstance(value, str) else ""
            raise UsageError(
                f"the argument {self.name} is larger than {self.maximum:,}{unit}",
                hint="ask for less at a time",
            )

    @property
    def _kind(self) -> str:
        return {"string": "text", "integer": "whole number"}.get(
            self.type, "object whose values are texts"
        )


@dataclass(frozen=True, slots=True)
class Tool:
    """Something a language model can ask for; every tool only reads.

    Attributes:
        name: what it is called by.
        title: what people read.
        description: what models read to choose it.
        call: takes the arguments by name, and returns the result as JSON.
        arguments: what it takes.
        output: JSON Schema (2020-12) of the result.
    """

    name: str
    title: str
    description: str
    call: Callable[..., Json]
    arguments: tuple[Argument, ...]
    output: Json

    @property
    def definition(self) -> Json:
        """The tool as `tools/list` gives it (Model Context Protocol 2026-07-28, Tools, "Tool")."""
        schema: Json = {
            "type": "object",
            "properties": {argument.name: argument.schema for argument in self.arguments},
            "additionalProperties": False,
        }
        if required := [argument.name for argument in self.arguments if argument.required]:
            schema["required"] = required
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema,
            "outputSchema": self.output,
            "annotations": {
                "readOnlyHint": True,
                "destructiveHint": False,
                "idempotentHint": True,
                "openWorldHint": False,
            },
        }

    def result(self, values: Mapping[str, object]) -> Json:
        """Return what the tool gives for arguments.

        Raises:
            UsageError: for arguments that it does not take, with those that it does.
            OgpldError: as the tool itself raises it.
        """
        declared = {argument.name: argument for argument in self.arguments}
        for name, value in values.items():
            if name not in declared:
                there = ", ".join(declared) or "none"
                raise UsageError(
                    f"{self.name} has no argument {name[:80]!r}", hint=f"it takes: {there}"
                )
            declared[name].check(value)
        for argument in self.arguments:
            if argument.required and argument.name not in values:
                raise UsageError(
                    f"{self.name} needs the argument {argument.name}", hint=argument.description
                )
        return self.call(**values)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """A server of tools.

    Attributes:
        name: of the server, for programs.
        title: for people.
        version: of the server.
        instructions: what a model should know before it calls a tool.
        tools: in the order they are listed.
    """

    name: str
    title: str
    version: str
    instructions: str
    tools: tuple[Tool, ...]
