"""A policy's `model`: a kind of value beside those of `kinds`."""

from dataclasses import dataclass

from kireji.core.models.catalogue import DATE, MODELS, table_name
from kireji.core.models.model_words import list_models
from kireji.core.policy.kinds import Say, Schema, unfit
from kireji.core.policy.yaml import Node, ScalarNode, ScalarType


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model of the table, by its name there or by an id with a date; or nothing (`null`): the operator's."""

    @property
    def wanted(self) -> str:
        """All of them, and until when Anthropic serves those that it does not serve for good."""
        return f"one of {list_models(MODELS.values())} or null"

    def read(self, node: Node, where: str, say: Say) -> object:
        """The name that the table has."""
        if isinstance(node, ScalarNode):
            if node.type is ScalarType.NOTHING:
                return None
            name = table_name(node.text)
            if node.type is ScalarType.TEXT and name in MODELS:
                return name
        return unfit(self, node, where, say)

    def plain(self, value: object) -> object:
        """As it is."""
        return value

    def schema(self) -> Schema:
        """An enumeration, and the same with dates."""
        dated = {"type": "string", "pattern": f"^({'|'.join(MODELS)}){DATE}$"}
        return {"anyOf": [{"enum": [*MODELS, None]}, dated]}
