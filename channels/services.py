"""What the doors are handed: the house, opened once for a process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine as Database

from assistant.articles import ArticleCheck
from assistant.cases.learn import Learning
from assistant.cases.memory import CaseMemory
from assistant.company import Company, load_company
from assistant.conversations.inbox import Inbox
from assistant.customers.catalogue import Catalogue, load_catalogue
from assistant.database import migrate, open_database, session_scope
from assistant.engine.audience import Audience
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.decide import Decide
from assistant.engine.gather import Gather
from assistant.engine.general import GeneralReading
from assistant.engine.looking_back import LookingBack
from assistant.engine.next_step import NextStep
from assistant.engine.personalize import Personalize
from assistant.engine.respond import Engine
from assistant.engine.template import SectionTemplates
from assistant.engine.understand import Understand, load_intents
from assistant.engine.writing.chat import ChatModel
from assistant.engine.writing.model import ModelWriter
from assistant.engine.writing.prompt import Prompting
from assistant.errors import BadConfiguration
from assistant.events import Hub
from assistant.insights.health import KnowledgeHealth
from assistant.language_model import load_model
from assistant.personal import PersonalWords
from assistant.recollection import Recollection
from assistant.reembedding import Reembedding
from assistant.settings import Settings
from assistant.suggestions import load_suggestions
from assistant.upkeep import Upkeep
from assistant.worker import Worker
from knowledge.embedding import Embedder, EmbeddingUnavailable, load_embedder
from knowledge.glossary import Glossary, GlossaryError
from knowledge.retrieval.faiss_index import FaissIndex
from knowledge.retrieval.library import Library
from knowledge.retrieval.pgvector_index import PgVectorIndex, VectorsUnavailable
from knowledge.retrieval.shared_vectors import SharedVectors
from knowledge.retrieval.vectors import VectorIndex


@dataclass(frozen=True)
class Services:
    """The house's services; the doors get what they need of them."""

    settings: Settings
    engine: Database
    hub: Hub
    inbox: Inbox
    company: Company
    catalogue: Catalogue
    library: Library
    assistant: Engine
    recollection: Recollection
    templates: SectionTemplates
    general: GeneralReading
    health: KnowledgeHealth
    check: ArticleCheck
    worker: Worker
    cases: CaseMemory
    reembedding: Reembedding
    upkeep: Upkeep
    clock: Callable[[], datetime]


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def open_services(
    settings: Settings, clock: Callable[[], datetime] = now, embedder: Embedder | None = None,
    model: ChatModel | None = None,
) -> Services:
    """Opens the database (and brings its tables up to date), the library and the engine.

    The embedder and the language model are those that the settings name, unless others are handed
    in. Raises BadConfiguration with one sentence about what cannot be used.
    """
    company = load_company(settings.company_folder)
    catalogue = load_catalogue(settings.company_folder)
    glossary = _glossary(settings)
    database = open_database(settings.database)
    migrate(database)
    try:
        embedder = embedder or load_embedder(settings.embedding or None)
        shared = SharedVectors(database) if settings.vectors == "pgvector" else None
    except (EmbeddingUnavailable, VectorsUnavailable) as error:
        raise BadConfiguration(str(error)) from error
    library = Library(embedder, glossary, shared=shared)
    with session_scope(database) as session:
        library.refresh(session)
    writer = ExtractiveWriter(company, settings.public_url, library.embedder)
    templates = SectionTemplates(writer.filters)
    personalize = Personalize(catalogue, templates, company.species, writer.filters)
    intents = load_intents()
    assistant = Engine(
        company=company,
        understand=Understand(company.topics, intents, company.alternatives()),
        gather=Gather(
            library, Audience(templates), lambda text: personalize.asked(text).species,
            company.words, f"{catalogue.asset_word}.species", f"{catalogue.asset_word}.name",
        ),
        personalize=personalize,
        writer=writer,
        decide=Decide(settings),
        model=_model_writer(model or load_model(settings), settings, company, catalogue,
                            library),
        looking_back=LookingBack(intents),
        next_step=NextStep(load_suggestions(settings.company_folder, catalogue, templates),
                           Audience(templates), personalize, intents),
    )
    hub = Hub()
    inbox = Inbox(database, hub, clock, burst_seconds=settings.burst_seconds,
                  language=company.default_language)
    recollection = Recollection(database, lambda: library.embedders, company, clock, intents)
    worker = Worker(settings, database, hub, company, catalogue, library, assistant,
                    recollection, clock)
    cases = CaseMemory(embedder, _case_index(settings, database, embedder),
                       shared=settings.vectors == "pgvector")
    reembedding = Reembedding(database, embedder, settings.embedding, clock)
    learning = Learning(database, library, catalogue, company, cases)
    upkeep = Upkeep([learning.step, reembedding.step])
    # The checks' thresholds are set for the bundled embedding, whichever one searches.
    health = KnowledgeHealth(library, load_embedder() if settings.embedding else library.embedder,
                             company.species, sure=settings.chat_send, near=settings.suggest)
    return Services(settings, database, hub, inbox, company, catalogue, library, assistant,
                    recollection, templates, GeneralReading(templates, company, clock), health,
                    ArticleCheck(catalogue, templates), worker, cases, reembedding, upkeep, clock)


def _case_index(settings: Settings, database: Database, embedder: Embedder) -> VectorIndex:
    if settings.vectors == "pgvector":
        return PgVectorIndex(database, f"cases:{embedder.name}", embedder.dimensions)
    return FaissIndex(embedder.dimensions)


def _model_writer(
    model: ChatModel | None, settings: Settings, company: Company, catalogue: Catalogue,
    library: Library,
) -> ModelWriter | None:
    if model is None:
        return None
    names = Prompting(lambda language: company.name.get(language, ""))
    return ModelWriter(model, PersonalWords(library, catalogue), names, settings.model_seconds)


def _glossary(settings: Settings) -> Glossary | None:
    path = settings.company_folder / "glossary.yaml"
    if not path.exists():
        return None
    try:
        return Glossary.load(path)
    except GlossaryError as error:
        raise BadConfiguration(str(error)) from error
