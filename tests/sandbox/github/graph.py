"""POST /graphql: the schema beside this file, executed over the same state as REST. Errors come with status 200."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import ApiError
from tests.sandbox.github.graph_mutations import mutations
from tests.sandbox.github.graph_query import queries
from tests.sandbox.github.graph_shapes import Graph
from tests.sandbox.github.guards import sso

routes = Routes()


@cache
def _schema() -> GraphQLSchema:
    return build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))


@lru_cache(maxsize=100)
def _checked(query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """The query as the schema allows it, or what is wrong with it: checking takes longer than answering."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return (error,)
    return tuple(validate(_schema(), document)) or document


@routes.add("POST", "/graphql")
def execute(call: Call) -> Answer:
    """Run one query or mutation."""
    body = call.json()
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(query, str) or not isinstance(body, dict):
        raise ApiError(400, "A query attribute must be specified and must be a string.")

    result = _result(call, query, body)
    answer: dict[str, Any] = {}

    if result.data is not None:
        answer["data"] = result.data

    if result.errors:
        answer["errors"] = [_shown(error) for error in result.errors]
        call.world.violations.extend(_defects(result.errors))

    closed = [error for error in result.errors or () if _wants_sso(error)]
    owner = (closed[0].extensions or {})["owner"] if closed else ""
    return Answer(answer, headers={"X-GitHub-SSO": sso(owner, call.world.url)} if closed else {})


def _result(call: Call, query: str, body: dict[str, Any]) -> ExecutionResult:
    document = _checked(query)
    if isinstance(document, tuple):
        return ExecutionResult(data=None, errors=list(document))

    graph = Graph(call.world, call.caller)

    return execute_sync(
        _schema(),
        document,
        root_value={**queries(graph), **mutations(graph)},
        variable_values=body.get("variables") or {},
        operation_name=body.get("operationName"),
    )


def _shown(error: GraphQLError) -> dict[str, Any]:
    """GitHub puts the error's type at its top level."""
    shown: dict[str, Any] = dict(error.formatted)
    kind = (error.extensions or {}).get("type")
    if kind is not None:
        shown["type"] = kind
        shown["extensions"] = {"saml_failure": _wants_sso(error)}
    return shown


def _wants_sso(error: GraphQLError) -> bool:
    return bool((error.extensions or {}).get("saml_failure"))


def _defects(errors: list[GraphQLError]) -> list[str]:
    """A request that the schema refuses is the client's defect; an error of a resolver is the sandbox's own."""
    unexpected = [error for error in errors if not isinstance(error.original_error, GraphQLError)]
    return [f"graphql: {error.message}" for error in unexpected]
