"""Step 4: the body of an answer with its sources, checked; by a model where one is set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.engine.checking import Unproven, check
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.gather import Evidence
from assistant.engine.personalize import Personal
from assistant.engine.statable import statable
from assistant.engine.turn import Citation, FactUse, Turn
from assistant.engine.writing.trace import ModelCall
from assistant.engine.writing.writer import Material, Quoted, Writer
from knowledge.retrieval.results import Hit

# With these decisions an answer that needs no care is read by somebody.
WRITABLE = ("sure", "unsure", "partly")
Chosen = Sequence[tuple[Evidence, Hit]]


@dataclass(frozen=True)
class Composed:
    """An answer before it has a channel's frame.

    `title` is that of the first section, empty where a section could not be rendered and there is
    nothing to say; `sensitive`: one of them needs care. `said` is the body for
    the customer, `parts` for an operator's draft; `unproven` is what the evidence does not bear
    out. `call` is there where a model was asked, whether or not its words are used.
    """

    material: Material
    title: str
    sensitive: bool
    parts: tuple[str, ...]
    said: tuple[str, ...]
    citations: tuple[Citation, ...]
    withheld: tuple[FactUse, ...]
    unproven: tuple[Unproven, ...]
    call: ModelCall | None = None


@dataclass(frozen=True)
class Compose:
    """Composes answers with the extractive writer; `model` may then write a better body."""

    form: ExtractiveWriter
    model: Writer | None = None

    def __call__(
        self, turn: Turn, language: str, chosen: Chosen, personal: Sequence[Personal]
    ) -> Composed:
        """The answer that the sections themselves give."""
        material = self._material(turn, language, chosen, personal)
        parts = tuple(one.text for one in personal)
        whole = bool(parts) and all(parts)
        return Composed(
            material, chosen[0][1].passage.title if whole else "",
            any(hit.passage.sensitivity == "sensitive" for _, hit in chosen),
            parts, self.form.write(material).parts,
            self._citations(chosen, parts) if whole else (),
            merged(one.withheld for one in personal), material.prove("\n".join(parts)),
        )

    def by_model_where(self, composed: Composed, code: str) -> bool:
        """Whether a model is asked: there is one, and somebody reads the answer. What needs care
        never reaches it, and nobody waits in a chat for a draft that an operator will read."""
        if self.model is None or composed.sensitive:
            return False
        return code == "sure" or (
            code in WRITABLE and composed.material.turn.channel == "email"
        )

    def by_model(self, composed: Composed) -> Composed:
        """The same answer in a model's words, if its draft keeps to every rule; else as it was,
        with the trace of the call."""
        if self.model is None:
            return composed
        written = self.model.write(composed.material)
        if not written.parts:
            return replace(composed, call=written.call)
        return replace(
            composed, parts=written.parts, said=written.parts, call=written.call,
            citations=tuple(composed.citations[place] for place in written.rests_on),
        )

    def _material(
        self, turn: Turn, language: str, chosen: Chosen, personal: Sequence[Personal]
    ) -> Material:
        facts = merged(one.used for one in personal)
        grounds = statable(turn, language, self.form.company, [
            (hit.passage, rendered) for (_, hit), rendered in zip(chosen, personal, strict=True)
        ])
        passages = tuple(
            Quoted(one.question, hit.passage.title, hit.passage.heading, rendered.text)
            for (one, hit), rendered in zip(chosen, personal, strict=True)
        )
        # The one place where words meet the evidence, whoever wrote them.
        return Material(turn, language, passages, facts, lambda text: check(text, grounds))

    def _citations(self, chosen: Chosen, parts: Sequence[str]) -> tuple[Citation, ...]:
        return tuple(
            self._citation(hit, self.form.quote(one.question, text, subject(hit)))
            for (one, hit), text in zip(chosen, parts, strict=True)
        )

    def _citation(self, hit: Hit, quote: str) -> Citation:
        passage = hit.passage
        link = self.form.link(passage.article_id, passage.language, passage.position)
        return Citation(passage.article_id, passage.version, passage.language, passage.position,
                        passage.title, passage.heading or passage.title, link, quote)


def subject(hit: Hit) -> str:
    """What a section is about: its title and heading."""
    return f"{hit.passage.title} {hit.passage.heading}"


def merged(groups: Iterable[tuple[FactUse, ...]]) -> tuple[FactUse, ...]:
    """The facts of all groups, each once, in the order in which they came."""
    facts = {fact.name: fact for group in groups for fact in group}
    return tuple(facts.values())
