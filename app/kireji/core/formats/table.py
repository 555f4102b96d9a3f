"""The formats by their names, as `kireji review --format` takes them."""

from collections.abc import Mapping

from kireji.core.formats.annotations import annotations
from kireji.core.formats.json import json
from kireji.core.formats.markdown import markdown
from kireji.core.formats.names import FormatName
from kireji.core.formats.report import Renderer
from kireji.core.formats.sarif import sarif
from kireji.core.formats.terminal import terminal

FORMATS: Mapping[str, Renderer] = {
    FormatName.TERMINAL: terminal,
    FormatName.MARKDOWN: markdown,
    FormatName.JSON: json,
    FormatName.SARIF: sarif,
    FormatName.GITHUB: annotations,
}
