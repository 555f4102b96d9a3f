"""A path tells its language."""

import pytest

from kireji.core.code.languages import language


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app.py", "Python"),
        ("SRC/APP.PY", "Python"),
        ("web/index.test.tsx", "TypeScript"),
        ("web/index.mjs", "JavaScript"),
        ("include/a.h", "C/C++"),
        ("main.c", "C"),
        ("main.C++", "C++"),
        ("Models/User.cs", "C#"),
        ("db/migrate/001_init.sql", "SQL"),
        ("infra/main.tf", "Terraform"),
        ("infra/prod.auto.tfvars", "Terraform"),
        ("Dockerfile", "Dockerfile"),
        ("docker/Dockerfile.web", "Dockerfile"),
        ("docker/web.Dockerfile", "Dockerfile"),
        (".github/workflows/ci.yml", "GitHub workflow"),
        ("nested/.github/workflows/ci.yaml", "GitHub workflow"),
        (".github/actions/setup/action.yml", "GitHub workflow"),
        (".github/workflows/README.md", "Markdown"),
        (".github/dependabot.yml", "YAML"),
        ("not.github/workflows/ci.yml", "YAML"),
        ("go.mod", "Go module"),
        ("go.sum", "Go checksums"),
        ("CMakeLists.txt", "CMake"),
        ("notes.txt", "text"),
        ("build.gradle.kts", "Kotlin"),
        (".env", "INI"),
        (".env.local", "INI"),
        (".bashrc", "shell"),
        ("bin/deploy", None),
        ("src.py/data", None),
        (".py", None),
        ("file.", None),
        ("Dockerfiles", None),
        ("名前.rs", "Rust"),
        ("", None),
    ],
)
def test_names_the_language(path: str, expected: str | None) -> None:
    """By name, by extension, or not at all."""
    assert language(path) == expected
