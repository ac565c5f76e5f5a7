"""Imports go downwards only: channels → assistant → knowledge, prompts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("channels", "assistant", "knowledge", "prompts")
MAY_IMPORT = {
    "channels": {"channels", "assistant", "knowledge", "prompts"},
    "assistant": {"assistant", "knowledge", "prompts"},
    "knowledge": {"knowledge"},
    "prompts": {"prompts"},
}
# Inside the house: a room may use these rooms. Modules outside the rooms may use all of them.
ROOMS = {
    "customers": {"operators"},
    "operators": set[str](),
    "quarantine": {"operators"},
    "todos": {"customers", "operators"},
    "engine": {"customers"},
    "conversations": {"customers", "engine", "operators", "quarantine"},
    "cases": {"conversations", "customers", "operators"},
    "insights": {"conversations", "customers", "operators", "todos"},
    "evaluation": {"customers", "engine"},
}
# The engine is pure: what reads the database or serves the web is handed to it.
NOT_IN_ENGINE = ("sqlmodel", "sqlalchemy", "fastapi", "starlette", "assistant.database",
                 "langchain", "langsmith", "openai", "httpx", "urllib", "socket")
# A door sees the house only; what one door needs of another is wired in channels/app.py.
DOORS = {"web_chat", "console", "email", "phone", "api"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden(package: str, path: str, imported: str) -> bool:
    """Whether a module at this path (relative to the root) may not import that."""
    head = imported.split(".")[0]
    if head in PACKAGES and head not in MAY_IMPORT[package]:
        return True
    parts = Path(path).parts
    room = parts[1] if len(parts) > 2 else ""
    target = [*imported.split("."), ""][1]
    if package == "assistant" and room in ROOMS:
        if room == "engine" and imported.startswith(NOT_IN_ENGINE):
            return True
        return head == "assistant" and target in ROOMS and target not in ROOMS[room] | {room}
    if package == "channels" and room in DOORS:
        return head == "channels" and target in DOORS - {room}
    return False


def modules() -> list[tuple[str, Path]]:
    found = [(p, path) for p in PACKAGES for path in sorted((ROOT / p).rglob("*.py"))]
    return [(package, path) for package, path in found if "versions" not in path.parts]


def test_imports_go_downwards_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package, path in modules()
        for name in imports(path)
        if forbidden(package, str(path.relative_to(ROOT)), name)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("package", "path", "imported"),
    [
        ("knowledge", "knowledge/text.py", "assistant.settings"),
        ("prompts", "prompts/wording.py", "knowledge.text"),
        ("assistant", "assistant/worker.py", "channels.app"),
        ("assistant", "assistant/customers/profile.py", "assistant.conversations.models"),
        ("assistant", "assistant/engine/respond.py", "sqlmodel"),
        ("assistant", "assistant/engine/writing/model.py", "langchain_core.messages"),
        ("assistant", "assistant/engine/gather.py", "assistant.conversations.repository"),
        ("channels", "channels/email/receiving.py", "channels.web_chat.socket"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_noticed(
    package: str, path: str, imported: str
) -> None:
    assert forbidden(package, path, imported)


def test_every_module_is_looked_at() -> None:
    looked_at = {package for package, _ in modules()}
    assert looked_at == set(PACKAGES)


def test_no_file_has_outgrown_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for _, path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
    }
    assert long == {}
