"""What the documents say is there: settings, commands, options, files; and the same in both
languages."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer.main

from assistant.settings import Settings
from channels.cli import COMMANDS
from channels.cli.program import program

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.ja.md")
DOCUMENTS = (
    *READMES,
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(path for room in ("channels", "assistant", "knowledge", "prompts", "examples")
            for path in (ROOT / room).rglob("README.md")),
)
# Read by compose.yaml and by the tests themselves, not by the application.
OTHER_VARIABLES = {"DATABASE_PASSWORD", "TEST_DATABASE", "NO_SKIP"}


def code(text: str) -> Iterator[str]:
    """Each line of the fenced blocks, then each piece of code within the lines."""
    for block in re.findall(r"(?ms)^```\w*\n(.*?)^```", text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def typed(text: str) -> list[list[str]]:
    """The words after `yorisoi` of each command that the text tells to type."""
    lines = (re.match(r"\s*(?:\.venv/bin/)?yorisoi((?: [^#]*)?)(?:#|$)", one)
             for one in code(text))
    commands = (shlex.split(line[1]) for line in lines if line)
    return [words for words in commands if words and words != ["…"]]


def commands() -> Any:
    for name in COMMANDS:
        import_module(f"channels.cli.{name}")
    return typer.main.get_command(program)


def problem(words: list[str]) -> str:
    """What is wrong with a command as it is typed; empty if nothing is."""
    command = commands()
    rest = list(words)
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            return f"there is no command {' '.join(words)}"
        command = command.commands[rest.pop(0)]
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in options]
    return f"{' '.join(words)}: there is no {', '.join(unknown)}" if unknown else ""


def path_of(words: list[str]) -> str:
    """The command without its arguments."""
    command, path = commands(), []
    for word in words:
        if not hasattr(command, "commands") or word not in command.commands:
            break
        command = command.commands[word]
        path.append(word)
    return " ".join(path)


def every_command() -> set[str]:
    found = set()
    for name, command in commands().commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}" for one in inner} if inner else {name}
    return found


def shown(value: object) -> str:
    if value == "":
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_table_with_its_default(name: str) -> None:
    default = shown(Settings.model_fields[name].default)
    row = f"| `YORISOI_{name.upper()}` | {default} | "
    assert row in (ROOT / "docs" / "install.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_only_settings_that_exist(document: Path) -> None:
    named = set(re.findall(r"YORISOI_([A-Z]+(?:_[A-Z]+)*)\b", document.read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields} | OTHER_VARIABLES
    assert named - known - {"NAME"} - {"MAIL"} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_tells_to_type_only_commands_that_exist(document: Path) -> None:
    wrong = [problem(words) for words in typed(document.read_text(encoding="utf-8"))]
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("document", READMES, ids=lambda path: path.name)
def test_every_command_has_an_example_in_the_readme(document: Path) -> None:
    examples = {path_of(words) for words in typed(document.read_text(encoding="utf-8"))}
    assert every_command() - examples == set()


def test_a_command_or_an_option_that_does_not_exist_is_noticed() -> None:
    assert problem(["fly"])
    assert problem(["evaluate", "everything"])
    assert problem(["serve", "--wings"])
    assert not problem(["serve", "--no-work", "--port", "1"])
    assert typed("run `yorisoi ask 'a b' --json` or\n```\n.venv/bin/yorisoi work  # now\n```") == [
        ["work"], ["ask", "a b", "--json"]
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    # Pictures are left out: they are taken of the running application.
    links = re.findall(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)", text)
    files = (link.partition("#")[0] for link in links if "://" not in link)
    missing = [name for name in files if name and not (document.parent / name).exists()]
    assert missing == []


def test_both_readmes_show_the_same_code() -> None:
    english, japanese = (
        re.findall(r"(?ms)^```(?:\w*)\n(.*?)^```", path.read_text(encoding="utf-8"))
        for path in READMES
    )
    same = [block for block in english if "channels/ " not in block and "<script" not in block]
    assert same == [b for b in japanese if "channels/ " not in b and "<script" not in b]
    assert len(english) == len(japanese)


def test_both_readmes_have_the_same_headings_and_tables() -> None:
    def shape(path: Path) -> list[str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [re.match(r"#+ |\|", line)[0] for line in lines if re.match(r"#+ |\|", line)]

    assert shape(READMES[0]) == shape(READMES[1])


def test_the_signed_identity_of_the_readme_is_believed() -> None:
    from datetime import UTC, datetime

    from channels.web_chat.identity import verified_number

    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", READMES[0].read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    exec(blocks[0], names)
    token = names["identity"]("C-0001", "a secret")
    assert verified_number(token, "a secret", datetime.now(UTC), "") == "C-0001"
