"""The stories' town."""

from tests.stories.conftest import database, shelf, town

__all__ = ["database", "shelf", "town"]
