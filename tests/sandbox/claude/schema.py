"""JSON schemas of structured outputs: what the API accepts, and whether an answer satisfies one.

Source: Anthropic's structured outputs page: no recursion, no bounds, no extra properties, few optional ones and unions.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.sandbox.claude.errors import invalid

MAX_OPTIONAL = 24
MAX_UNIONS = 16
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_ANYWHERE = {
    "type",
    "description",
    "title",
    "enum",
    "const",
    "anyOf",
    "allOf",
    "default",
    "$ref",
    "$defs",
    "definitions",
}
_BY_TYPE: Mapping[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems"},
    "string": {"format", "pattern"},
}


def check_schema(schema: Mapping[str, Any]) -> None:
    """Refuse what the API cannot compile. Raises ApiError 400."""
    nodes = list(_walk(schema, schema, "schema", ()))
    for where, node in nodes:
        _check_node(where, node)
    optional = sum(len(set(node.get("properties", {})) - set(node.get("required", []))) for _, node in nodes)
    if optional > MAX_OPTIONAL:
        raise _bad("schema", f"Schemas may have at most {MAX_OPTIONAL} optional parameters; found {optional}.")
    unions = sum("anyOf" in node or isinstance(node.get("type"), list) for _, node in nodes)
    if unions > MAX_UNIONS:
        raise _bad("schema", f"Schemas may have at most {MAX_UNIONS} union-typed parameters; found {unions}.")


def problem(value: object, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> str | None:
    """Why a value does not satisfy a schema that `check_schema` let pass; None if it does."""
    root = schema if root is None else root
    if "$ref" in schema:
        return problem(value, _resolve(str(schema["$ref"]), root), root)
    if "anyOf" in schema:
        problems = [problem(value, option, root) for option in schema["anyOf"]]
        return None if None in problems else f"fits none of the alternatives: {problems}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        return f"{value!r} is not {schema['const']!r}"
    if "type" in schema and not any(_is(value, name) for name in _names(schema["type"])):
        return f"{value!r} is not of type {schema['type']}"
    if isinstance(value, dict) and "properties" in schema:
        return _object_problem(value, schema, root)
    if isinstance(value, list) and "items" in schema:
        return next((found for item in value if (found := problem(item, schema["items"], root))), None)

    return None


def _object_problem(value: Mapping[str, object], schema: Mapping[str, Any], root: Mapping[str, Any]) -> str | None:
    properties: Mapping[str, Any] = schema["properties"]
    if missing := set(schema.get("required", [])) - set(value):
        return f"{sorted(missing)} missing"
    if extra := set(value) - set(properties):
        return f"{sorted(extra)} not in the schema"
    for name, item in value.items():
        if found := problem(item, properties[name], root):
            return f"{name}: {found}"
    return None


def _walk(
    node: Mapping[str, Any], root: Mapping[str, Any], where: str, refs: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema inside a schema, references followed. Raises ApiError 400 on recursion."""
    if "$ref" in node:
        ref = str(node["$ref"])
        if ref in refs:
            raise _bad(where, f"Recursive schemas are not supported: {ref}")
        yield from _walk(_resolve(ref, root), root, where, (*refs, ref))
        return

    yield where, node
    inner = list(node.get("properties", {}).items())
    inner += [("items", node["items"])] if isinstance(node.get("items"), dict) else []
    inner += [(f"anyOf.{index}", option) for index, option in enumerate(node.get("anyOf", []))]
    for name, child in inner:
        yield from _walk(child, root, f"{where}.{name}", refs)


def _check_node(where: str, node: Mapping[str, Any]) -> None:
    names = _names(node.get("type", []))
    allowed = _ANYWHERE.union(*(_BY_TYPE.get(name, set()) for name in names))
    if unknown := sorted(set(node) - allowed):
        raise _bad(where, f"For '{'/'.join(names) or 'any'}' type, {', '.join(unknown)} is not supported")
    if "object" in names and node.get("additionalProperties") is not False:
        raise _bad(where, "For 'object' type, 'additionalProperties' must be explicitly set to false")
    if node.get("minItems", 0) not in {0, 1}:
        raise _bad(where, "For 'array' type, 'minItems' values other than 0 or 1 are not supported")

    for name in names:
        if name not in _TYPES:
            raise _bad(where, f"Invalid schema type: {name!r}")


def _resolve(ref: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Any = root
    for part in ref.removeprefix("#/").split("/"):
        if not ref.startswith("#/") or not isinstance(node, dict) or part not in node:
            raise _bad("schema", f"Cannot resolve {ref}")
        node = node[part]
    return node


def _names(kind: object) -> list[str]:
    return [str(name) for name in kind] if isinstance(kind, list) else [str(kind)]


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _bad(where: str, message: str) -> Exception:
    return invalid(f"output_config.format.{where}: {message}")
