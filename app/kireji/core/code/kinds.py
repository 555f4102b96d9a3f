"""Which nodes of a syntax tree define something: tables by node type. Sources: the grammars' own node-types.json."""

from collections.abc import Mapping
from enum import StrEnum


class DefinitionKind(StrEnum):
    """What a definition defines, as far as readers of it care."""

    FUNCTION = "function"
    TYPE = "type"
    VALUE = "value"


_FUNCTIONS = (
    "function_definition function_declaration function_item function_signature_item function_signature"
    " generator_function_declaration method_definition method_declaration method_signature abstract_method_signature"
    " method singleton_method method_elem constructor_declaration local_function_statement destructor_declaration"
    " compact_constructor_declaration"
)
_TYPES = (
    "class_definition class_declaration abstract_class_declaration class_specifier class module"
    " interface_declaration trait_declaration enum_declaration record_declaration object_declaration"
    " struct_declaration struct_specifier enum_specifier union_specifier type_alias_declaration type_spec type_alias"
    " struct_item enum_item trait_item impl_item type_item union_item annotation_type_declaration type_definition"
)
_VALUES = "const_item static_item const_spec const_element preproc_def preproc_function_def macro_definition"

KINDS: Mapping[str, DefinitionKind] = {
    **dict.fromkeys(_FUNCTIONS.split(), DefinitionKind.FUNCTION),
    **dict.fromkeys(_TYPES.split(), DefinitionKind.TYPE),
    **dict.fromkeys(_VALUES.split(), DefinitionKind.VALUE),
}

# What binds a name to a value: a function where the value is one, else a constant if its name is written as one.
BINDINGS: Mapping[str, tuple[str, str]] = {
    "variable_declarator": ("name", "value"),
    "public_field_definition": ("name", "value"),
    "field_definition": ("property", "value"),
    "assignment_expression": ("left", "right"),
    "pair": ("key", "value"),
    "assignment": ("left", "right"),
    "var_spec": ("name", "value"),
    "property_declaration": ("name", "value"),
    "variable_assignment": ("name", "value"),
}
LAMBDAS = frozenset({"arrow_function", "function_expression", "generator_function", "function", "func_literal"})

# Wrappers that begin before the definition in them and belong to it.
_WRAPPERS = (
    "decorated_definition export_statement template_declaration type_declaration lexical_declaration"
    " variable_declaration const_declaration expression_statement"
)
WRAPPERS = frozenset(_WRAPPERS.split())

BODIES = frozenset({"class_body", "function_body", "enum_class_body", "field_declaration_list", "declaration_list"})
NAMES = frozenset({"constant", "name", "word", "variable_name"})

_IMPORTS = (
    "import_statement import_from_statement future_import_statement import_declaration import_spec import_header"
    " use_declaration using_directive preproc_include namespace_use_declaration import import_list"
)
IMPORTS = frozenset(_IMPORTS.split())
