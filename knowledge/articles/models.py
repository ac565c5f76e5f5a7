"""The tables of the library: articles in versions, their passages, the passages' vectors by
embedding, and a counter of changes."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from knowledge.columns import UtcDateTime


class Article(SQLModel, table=True):
    """One version of one article in one language; at most one version of each is current."""

    __table_args__ = (UniqueConstraint("article_id", "language", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(max_length=200, index=True)
    language: str = Field(max_length=8)
    version: int = 1
    current: bool = Field(default=True, index=True)
    title: str
    questions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    audience: str = "everyone"
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None
    sensitivity: str = Field(default="normal", max_length=16)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    translation_of: str | None = Field(default=None, max_length=8)
    body: str = Field(sa_column=Column(Text, nullable=False))
    # False for what was read from a PDF, a table …: its text is never taken as Jinja.
    is_template: bool = True
    source: str = ""
    content_hash: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=UtcDateTime)


class Passage(SQLModel, table=True):
    """One section of one version of an article: what is found, shown and cited.

    `template` may always be rendered: what stood in a file that is no template is stored escaped.
    `embedded` holds its vectors, once for each embedding that is searched or being made.
    """

    __table_args__ = (UniqueConstraint("article_pk", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    article_pk: int | None = Field(default=None, foreign_key="article.id", index=True)
    position: int  # 0 is the lead; the first `##` section is 1 even when there is no lead
    heading: str = ""
    template: str = Field(sa_column=Column(Text, nullable=False))
    questions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    embedded: list["PassageVectors"] = Relationship(cascade_delete=True)


class PassageVectors(SQLModel, table=True):
    """The vectors of one passage by one embedding.

    `vectors` holds len(fields) rows of float16 (see knowledge.retrieval.history.unpack), and
    `fields` says what each row is: "article" (title and questions) and "question", both kept with
    the article's first passage; "section" (title, heading, text), "asked" (a question that the
    section answers) and "body" (two sentences of it).
    """

    __tablename__ = "passage_vectors"

    passage_id: int | None = Field(default=None, foreign_key="passage.id", primary_key=True)
    embedding: str = Field(max_length=200, primary_key=True)
    fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    vectors: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


class EmbeddingSet(SQLModel, table=True):
    """An embedding that vectors are made with, and how far that has come.

    `source` is what loads it again: the name or folder in the settings, empty for the bundled one.
    Everything belonging to customers up to `customers_done` has been embedded with it. One process
    at a time embeds: the one that holds the claim.
    """

    __tablename__ = "embedding_set"

    name: str = Field(max_length=200, primary_key=True)
    source: str = ""
    dimensions: int
    begun_at: datetime = Field(sa_type=UtcDateTime)
    customers_done: int = 0
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claim: str = ""
    claim_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KnowledgeRevision(SQLModel, table=True):
    """One row that counts changes, so that another process knows when to read again.

    `embedding` is the embedding whose vectors are searched: all articles have them.
    """

    __tablename__ = "knowledge_revision"

    id: int = Field(default=1, primary_key=True)
    number: int = 0
    embedding: str = Field(default="", max_length=200)
