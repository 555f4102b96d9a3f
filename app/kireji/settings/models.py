"""Settings -> models of the table. Dated ids stand for the table's own; offered are those that are still served."""

from collections.abc import Sequence

from kireji.core.models.catalogue import MODELS, is_retired, table_name
from kireji.core.models.providers import Access, Provider
from kireji.settings.reader import SettingsReader, shown

MODEL = "KIREJI_MODEL"
DEEP = "KIREJI_DEEP_MODEL"
POLICY = "KIREJI_POLICY_MODELS"
NO_MODEL = "none"


def model_of(reader: SettingsReader, access: Access) -> str:
    """The model that reviews. A server that only speaks the API gives models whatever names it likes."""
    if access.provider is Provider.COMPATIBLE:
        return reader.matching(MODEL, r"[!-~]{1,200}", "a model's name")
    return _known_model(reader, MODEL, _offered(reader, access))


def deep_model_of(reader: SettingsReader, access: Access) -> str:
    """The better one of deep reviews, or NO_MODEL."""
    return _known_model(reader, DEEP, (*_offered(reader, access), NO_MODEL))


def policy_models_of(reader: SettingsReader, access: Access) -> tuple[str, ...]:
    """The models that a policy may choose; one that the table does not have is a problem."""
    names = tuple(table_name(word.strip()) for word in reader.text(POLICY).split(",") if word.strip())
    for name in names:
        if name not in MODELS:
            reader.bad(POLICY, f"names {shown(name)}; it may name {', '.join(_offered(reader, access))}")
    return names


def _known_model(reader: SettingsReader, setting: str, offered: Sequence[str]) -> str:
    """A model that is retired is known as well: that it is, and what to set instead, is told where all models are checked."""
    name = table_name(reader.text(setting))
    if name not in MODELS and name not in offered:
        reader.bad(setting, f"is {shown(name)}; it must be one of {', '.join(offered)}")
    return name


def _offered(reader: SettingsReader, access: Access) -> tuple[str, ...]:
    """Those that can be had today; a cloud that Anthropic does not run has dates of its own."""
    today = reader.today if access.abilities.anthropic_runs_it else None
    return tuple(name for name, spec in MODELS.items() if today is None or not is_retired(spec, today))
