"""Settings -> the keys by which Kireji knows again what it posted, where they are not to be made of another secret."""

from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret

SETTING = "KIREJI_SIGNING_KEY"
LEAST = 32  # characters: no key that is shorter has entropy enough


def signing_keys(reader: SettingsReader) -> tuple[Secret, ...]:
    """The new key first, after it those that were used before. What is wrong is kept."""
    keys = reader.given(SETTING).split()
    if any(len(key) < LEAST for key in keys):
        reader.bad(SETTING, f"holds a key of fewer than {LEAST} characters; `openssl rand -hex 32` makes a good one")
    return tuple(map(Secret, keys))
