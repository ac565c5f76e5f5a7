"""Article pages: what a citation's link opens, as everybody may read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.database import read_scope
from assistant.errors import NotFound
from channels.pages.markdown import to_html
from channels.pages.rendering import LANGUAGES, page
from knowledge.articles import repository
from knowledge.articles.models import Article
from prompts.wording import day_and_year

EVERYONE = "everyone"

# (template of a passage, language) -> its text for somebody of whom nothing is known.
RenderGeneral = Callable[[str, str], str]


@dataclass(frozen=True)
class ArticleSection:
    """One section, with the position by which citations link to it."""

    position: int
    heading: str
    html: str


@dataclass(frozen=True)
class ArticlePage:
    """The context of article.html."""

    company: str
    title: str
    version: int
    updated: str
    updated_iso: str
    expired: str
    other_language: str
    address: str
    other_address: str
    sections: Sequence[ArticleSection]


@dataclass(frozen=True)
class ArticlePages:
    """Shows the general body of the articles that are for everyone."""

    database: Engine
    render_general: RenderGeneral
    company: Callable[[str], str]
    time_zone: ZoneInfo
    clock: Callable[[], datetime]

    def router(self) -> APIRouter:
        """The route /articles/{language}/{article_id}."""
        routes = APIRouter(include_in_schema=False)

        @routes.get("/articles/{language}/{article_id}", response_class=HTMLResponse)
        def article(language: str, article_id: str) -> HTMLResponse:
            return HTMLResponse(self.html(article_id, language))

        return routes

    def html(self, article_id: str, language: str) -> str:
        """The page; raises NotFound if there is no such article for everyone now."""
        if language not in LANGUAGES:
            raise NotFound(f"Articles are there in ja and en, not in {language[:20]!r}.")
        with read_scope(self.database) as session:
            article = self._public(session, article_id, language)
            if article is None:
                raise NotFound(f"There is no public article {article_id[:100]!r} in {language}.")
            sections = [
                ArticleSection(
                    passage.position,
                    passage.heading,
                    to_html(self.render_general(passage.template, language), line_breaks=False),
                )
                for passage in repository.passages_of(session, article.id or 0)
            ]
            other = next(one for one in LANGUAGES if one != language)
            translated = self._public(session, article_id, other) is not None
        context = self._context(article, sections, other if translated else "")
        return page("article.html", language, **vars(context))

    def _public(self, session: Session, article_id: str, language: str) -> Article | None:
        found = repository.current_article(session, article_id, language)
        if found is None or found.audience != EVERYONE:
            return None
        return found if found.valid_from is None or found.valid_from <= self._today() else None

    def _context(
        self, article: Article, sections: Sequence[ArticleSection], other: str
    ) -> ArticlePage:
        published = article.published_at.astimezone(self.time_zone).date()
        until = article.valid_until
        expired = day_and_year(until, article.language) if until and until < self._today() else ""
        return ArticlePage(
            company=self.company(article.language),
            title=article.title,
            version=article.version,
            updated=day_and_year(published, article.language),
            updated_iso=published.isoformat(),
            expired=expired,
            other_language=other,
            address=f"/articles/{article.language}/{article.article_id}",
            other_address=f"/articles/{other}/{article.article_id}" if other else "",
            sections=sections,
        )

    def _today(self) -> date:
        return self.clock().astimezone(self.time_zone).date()
