"""`ogpld settings`: what is in force, and where each setting was set."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import fields

from ogpld.settings_reader import SettingsInForce


def run_settings(options: argparse.Namespace, in_force: SettingsInForce) -> int:
    """Print every setting with its value and its origin; return the exit code."""
    rows = [
        (field.name, getattr(in_force.settings, field.name), in_force.origins.get(field.name))
        for field in fields(in_force.settings)
    ]
    if options.json:
        entries = {
            name: {
                "value": value if isinstance(value, bool | int | float) else str(value),
                "from": (origin or "default").partition(",")[0].partition(" --")[0]
                if not origin or origin.startswith(("environment", "option"))
                else "file",
                "where": origin,
            }
            for name, value, origin in rows
        }
        file = str(in_force.file) if in_force.file else None
        text = json.dumps({"file": file, "settings": entries}, indent=1, ensure_ascii=False)
        sys.stdout.write(text + "\n")
        return 0
    sys.stdout.write(f"file of settings: {in_force.file or 'none'}\n\n")
    texts = [
        (name, str(value).lower() if isinstance(value, bool) else str(value) or "(none)", origin)
        for name, value, origin in rows
    ]
    for name, value, origin in (("setting", "value", "from"), *texts):
        sys.stdout.write(f"{name:20}  {value:30}  {origin or 'default'}\n")
    return 0
