"""An article as it was written, before it is checked and published."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import yaml

LANGUAGES = ("ja", "en")
SENSITIVITIES = ("normal", "sensitive")
REQUIRED = ("id", "language", "title")
KEYS = (
    *REQUIRED, "questions", "audience", "valid_from", "valid_until", "review_by", "sensitivity",
    "tags", "translation_of",
)  # fmt: skip

_ID = re.compile(r"[^\W_][\w.-]{0,198}")
_FENCE = "---"


@dataclass(frozen=True)
class Problem:
    """Why something was refused: where it stands and, in one sentence, how to mend it."""

    source: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.reason}"


class ArticleRefused(ValueError):
    """A file cannot become an article; `problems` has at least one entry."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class ArticleDraft:
    """Front matter, body, and where both were read.

    `body_line` is the line of the file (from 1) on which the body begins. The body is Markdown
    and a Jinja template; where `is_template` is False it is plain text that is shown as it is.
    """

    article_id: str
    language: str
    title: str
    body: str
    questions: tuple[str, ...] = ()
    audience: str = "everyone"
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None
    sensitivity: str = "normal"
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    is_template: bool = True
    source: str = ""
    body_line: int = 1

    @property
    def content_hash(self) -> str:
        """Return a digest of all that a reader could notice; where it was read is not part."""
        content = asdict(self)
        del content["source"], content["body_line"]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def parse_article(text: str, source: str) -> ArticleDraft:
    """Return the draft that a Markdown file with front matter describes.

    Raises ArticleRefused with every problem of the front matter, each with its line.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    end = _end_of_front_matter(lines, source)
    matter = _FrontMatter(_compose(lines[1:end], source), source)
    body = "\n".join(lines[end + 1 :])
    draft = matter.draft(body, body_line=end + 2)
    if not body.strip():
        matter.add(end + 1, "The article has no body; write it below the second ---.")
    if matter.problems:
        raise ArticleRefused(matter.problems)
    return draft


def _end_of_front_matter(lines: list[str], source: str) -> int:
    if not lines or lines[0].strip() != _FENCE:
        reason = "The file does not begin with front matter; start it with a line of --- and keys."
        raise ArticleRefused([Problem(source, 1, reason)])
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == _FENCE:
            return number
    reason = "The front matter is not closed; end it with a line of ---."
    raise ArticleRefused([Problem(source, 1, reason)])


def _compose(lines: list[str], source: str) -> yaml.MappingNode:
    """Return the YAML nodes: they know their lines, and dates stay as they were written."""
    try:
        node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        reason = (
            f"The front matter is not YAML ({error.problem}); quote texts that contain a colon."
        )
        raise ArticleRefused([Problem(source, line, reason)]) from None
    except (yaml.YAMLError, RecursionError):
        reason = "The front matter holds what YAML does not allow; write plain keys and texts."
        raise ArticleRefused([Problem(source, 1, reason)]) from None
    if not isinstance(node, yaml.MappingNode):
        reason = "The front matter has no keys; write at least id, language and title."
        raise ArticleRefused([Problem(source, 1, reason)])
    return node


class _FrontMatter:
    """Reads one key after the other and collects what is wrong."""

    def __init__(self, node: yaml.MappingNode, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 2
            if name in self._nodes:
                self.add(line, f"The key {name} stands twice; keep one of them.")
            elif name not in KEYS:
                self.add(line, f"The key {name!r} is unknown; use one of {', '.join(KEYS)}.")
            self._nodes[name], self._lines[name] = value, line

    def add(self, line: int, reason: str) -> None:
        self.problems.append(Problem(self.source, line, reason))

    def draft(self, body: str, body_line: int) -> ArticleDraft:
        for key in REQUIRED:
            if key not in self._nodes:
                self.add(1, f"The key {key} is missing; add it to the front matter.")
        valid_from, valid_until = self._date("valid_from"), self._date("valid_until")
        if valid_from and valid_until and valid_until < valid_from:
            self.add(self._lines["valid_until"], "valid_until is before valid_from; exchange them.")
        return ArticleDraft(
            article_id=self._text("id", _is_id, "letters, digits, hyphens, dots"),
            language=self._choice("language", LANGUAGES, ""),
            title=self._text("title"),
            body=body,
            questions=self._texts("questions"),
            audience=self._text("audience") or "everyone",
            valid_from=valid_from,
            valid_until=valid_until,
            review_by=self._date("review_by"),
            sensitivity=self._choice("sensitivity", SENSITIVITIES, "normal"),
            tags=self._texts("tags"),
            translation_of=self._choice("translation_of", LANGUAGES, "") or None,
            source=self.source,
            body_line=body_line,
        )

    def _text(self, key: str, valid: Callable[[str], bool] | None = None, allowed: str = "") -> str:
        node = self._nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.add(self._lines[key], f"The key {key} takes one text; write it on one line.")
            return ""
        text = str(node.value).strip()
        if not text and key in REQUIRED:
            self.add(self._lines[key], f"The key {key} is empty; write its value.")
        elif text and valid and not valid(text):
            self.add(self._lines[key], f"{key}: {text!r} is not valid; use {allowed}.")
        return text

    def _choice(self, key: str, choices: Sequence[str], default: str) -> str:
        return self._text(key, lambda text: text in choices, " or ".join(choices)) or default

    def _date(self, key: str) -> date | None:
        text = self._text(key, _is_date, "a date such as 2027-03-31")
        return date.fromisoformat(text) if text and _is_date(text) else None

    def _texts(self, key: str) -> tuple[str, ...]:
        node = self._nodes.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
            return ()
        entries = node.value if isinstance(node, yaml.SequenceNode) else []
        if not entries or not all(isinstance(entry, yaml.ScalarNode) for entry in entries):
            reason = (
                f"The key {key} takes a list of texts; write each as '- text' and quote colons."
            )
            self.add(self._lines[key], reason)
            return ()
        return tuple(text for entry in entries if (text := str(entry.value).strip()))


def _is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2027-03-31")


def repeated(drafts: Sequence[ArticleDraft]) -> Mapping[int, Problem]:
    """Return, by place in the list, the drafts whose id and language came before, and why."""
    first: dict[tuple[str, str], ArticleDraft] = {}
    problems: dict[int, Problem] = {}
    for at, draft in enumerate(drafts):
        other = first.setdefault((draft.article_id, draft.language), draft)
        if other is not draft:
            reason = (
                f"The article {draft.article_id} ({draft.language}) is already in {other.source}; "
                "give one of them another id."
            )
            problems[at] = Problem(draft.source, 1, reason)
    return problems
