"""What may be stated, and what was found that may not."""

from dataclasses import dataclass

KINDS = ("number", "date", "amount", "link", "name", "negation", "modality", "promise",
         "coverage", "tone")  # fmt: skip


@dataclass(frozen=True)
class Unproven:
    """A span of the text, exactly as written there, that nothing bears out; `kind` is one of
    KINDS, `sentence` the sentence that it stands in, `nearest` the evidence that came closest."""

    span: str
    kind: str
    sentence: str = ""
    nearest: str = ""


@dataclass(frozen=True)
class Grounds:
    """All that a reply may rest on.

    `sections` are the cited sections as this customer may read them; `stored` the same as they are
    stored (where given, a number of a section that neither `stored` nor a fact has proves nothing).
    `facts` are facts in all the forms in which they may be said. `topics` are titles and headings,
    `asked` what the customer wrote: both may be repeated and prove no claim. `names` may be said
    anywhere. `promises` are the words of promises that a ToDo stands behind, `frame` given words
    (greeting, signature) that are not looked at.
    """

    sections: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    frame: tuple[str, ...] = ()
    language: str = "ja"
    channel: str = "web_chat"
    status: str = ""
    bereaved: bool = False
