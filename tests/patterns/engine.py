"""The parts of Python's own engine for patterns that say what one is made of. They are private, and so come untyped."""

from importlib import import_module
from typing import Any

parser: Any = import_module("re._parser")
compiler: Any = import_module("re._compiler")
sre: Any = import_module("re._constants")
