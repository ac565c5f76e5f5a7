"""A way to search that is measured: retriever, embedding and glossary, as an administrator
writes them ("retriever=lexical", "embedding=intfloat/multilingual-e5-small", "glossary=off")."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import get_args

from knowledge.retrieval.results import Retriever

BUNDLED = "bundled"
KEYS = ("retriever", "embedding", "glossary")
_RETRIEVERS = get_args(Retriever)


class BadSetting(ValueError):
    """A setting that cannot be measured; says what may be written."""


@dataclass(frozen=True)
class Setting:
    """`embedding` is "bundled", a model's name or a folder; `glossary` is "on", "off" or a file."""

    retriever: Retriever = "hybrid"
    embedding: str = BUNDLED
    glossary: str = "on"

    def changed(self, pairs: Sequence[str]) -> "Setting":
        """Return this setting with what the pairs "key=value" say; raises BadSetting."""
        setting = self
        for pair in pairs:
            key, sign, value = (part.strip() for part in pair.partition("="))
            if not sign or key not in KEYS or not value:
                raise BadSetting(f"{pair!r} is no setting; write {', '.join(KEYS)} and a value, "
                                 "for example retriever=lexical.")
            if key == "retriever" and value not in _RETRIEVERS:
                raise BadSetting(f"There is no retriever {value!r}; use one of "
                                 f"{', '.join(_RETRIEVERS)}.")
            setting = Setting(**{**asdict(setting), key: value})
        return setting

    def differing_from(self, other: "Setting") -> str:
        """Return what is set differently here, as it is written; everything if nothing is."""
        mine, theirs = asdict(self), asdict(other)
        different = [key for key in KEYS if mine[key] != theirs[key]]
        return " ".join(f"{key}={mine[key]}" for key in different or KEYS)
