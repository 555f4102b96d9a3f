"""Path -> the language's name, as the reviewer's rules and people call it."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

WORKFLOW = "GitHub workflow"


def _table(rows: Mapping[str, str]) -> Mapping[str, str]:
    table = dict[str, str]()
    for name, keys in rows.items():
        table |= dict.fromkeys(keys.split(), name)

    return MappingProxyType(table)


_BY_EXTENSION = _table(
    {
        "Python": ".py .pyi .pyw",
        "Jupyter notebook": ".ipynb",
        "JavaScript": ".js .jsx .mjs .cjs",
        "TypeScript": ".ts .tsx .mts .cts",
        "Vue": ".vue",
        "Svelte": ".svelte",
        "Go": ".go",
        "Go module": ".mod .work",
        "Java": ".java",
        "Kotlin": ".kt .kts",
        "Groovy": ".groovy .gradle",
        "Scala": ".scala .sc .sbt",
        "Clojure": ".clj .cljs .cljc .edn",
        "Rust": ".rs",
        "C": ".c",
        "C/C++": ".h .inl",
        "C++": ".cc .cpp .cxx .c++ .hh .hpp .hxx .ipp .tpp .cu .cuh .ino",
        "C#": ".cs .csx",
        "F#": ".fs .fsx .fsi",
        "Visual Basic": ".vb",
        "Objective-C": ".m .mm",
        "Swift": ".swift",
        "Dart": ".dart",
        "Zig": ".zig",
        "Ruby": ".rb .rake .gemspec .ru .podspec",
        "ERB": ".erb",
        "PHP": ".php .phtml",
        "Perl": ".pl .pm .t",
        "Lua": ".lua",
        "R": ".r .rmd",
        "Julia": ".jl",
        "Haskell": ".hs .lhs",
        "OCaml": ".ml .mli",
        "Elixir": ".ex .exs .heex",
        "Erlang": ".erl .hrl",
        "Nix": ".nix",
        "Solidity": ".sol",
        "Assembly": ".s .asm",
        "SQL": ".sql .ddl .psql .pgsql",
        "shell": ".sh .bash .zsh .ksh .bats",
        "fish": ".fish",
        "PowerShell": ".ps1 .psm1 .psd1",
        "batch file": ".bat .cmd",
        "Terraform": ".tf .tfvars .tofu",
        "HCL": ".hcl",
        "Dockerfile": ".dockerfile .containerfile",
        "Makefile": ".mk .mak",
        "CMake": ".cmake",
        "Starlark": ".bzl .bazel .star",
        "Protocol Buffers": ".proto",
        "GraphQL": ".graphql .gql",
        "Thrift": ".thrift",
        "HTML": ".html .htm .xhtml",
        "template": ".j2 .jinja .jinja2 .tmpl .tpl .hbs .mustache .ejs .liquid",
        "CSS": ".css .scss .sass .less",
        "XML": ".xml .xsd .xsl .xslt .svg .csproj .props .targets",
        "JSON": ".json .jsonc .json5 .jsonl .geojson",
        "YAML": ".yml .yaml",
        "TOML": ".toml",
        "INI": ".ini .cfg .conf .properties .env",
        "Markdown": ".md .mdx .markdown",
        "reStructuredText": ".rst",
        "text": ".txt",
    }
)
_BY_NAME = _table(
    {
        "Dockerfile": "dockerfile containerfile",
        "Makefile": "makefile gnumakefile",
        "CMake": "cmakelists.txt",
        "Groovy": "jenkinsfile",
        "Ruby": "gemfile rakefile vagrantfile podfile fastfile guardfile brewfile",
        "Starlark": "build workspace tiltfile",
        "Go checksums": "go.sum",
        "shell": ".bashrc .bash_profile .profile .zshrc .envrc",
        "INI": ".env .editorconfig .gitconfig .npmrc",
        "Python requirements": "requirements.txt constraints.txt",
        "CODEOWNERS": "codeowners",
        "ignore rules": ".gitignore .dockerignore .npmignore",
        "Procfile": "procfile",
        "just": "justfile",
    }
)


def language(path: str) -> str | None:
    """The language of a file by its path alone, None where the path does not tell. Capitals do not matter."""
    file = PurePosixPath(path.lower())
    name = file.name

    is_workflow = "/.github/workflows/" in f"/{file}" and file.suffix in {".yml", ".yaml"}
    if is_workflow or name in {"action.yml", "action.yaml"}:
        return WORKFLOW

    if found := _BY_NAME.get(name) or _BY_EXTENSION.get(file.suffix):
        return found

    # "Dockerfile.web", ".env.local": the first word of a name of several is its kind.
    stem = name[: name.find(".", 1)] if "." in name[1:] else name
    return _BY_NAME.get(stem)
