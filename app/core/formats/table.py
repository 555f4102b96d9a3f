"""The formats by their names, as `kireji review --format` takes them."""

from collections.abc import Mapping

from app.core.formats.annotations import annotations
from app.core.formats.json import json
from app.core.formats.markdown import markdown
from app.core.formats.sarif import sarif
from app.core.formats.terminal import terminal
from app.core.formats.told import Renderer

FORMATS: Mapping[str, Renderer] = {
    "terminal": terminal,
    "markdown": markdown,
    "json": json,
    "sarif": sarif,
    "github": annotations,
}
