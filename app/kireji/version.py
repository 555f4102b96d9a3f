"""Kireji's own version; "" where it runs from its sources without being installed, as the Action does."""

from importlib import metadata


def own_version() -> str:
    """The version of the distribution."""
    try:
        return metadata.version("kireji")
    except metadata.PackageNotFoundError:
        return ""
