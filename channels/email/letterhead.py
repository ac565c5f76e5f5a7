"""The company's letterhead: who writes, in which frame, and how an answer finds its way back."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from assistant.company import Company
from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.addresses import ourselves
from channels.email.reply_token import ReplyTokens

OURS = Path(__file__).parent / "templates" / "reply.html"
# The company's own frame lies beside its other files.
THEIRS = "mail.html"


class Letterhead:
    """What every mail of ours shares. Raises BadConfiguration if the company's own frame, the
    file mail.html of its folder, cannot be used."""

    def __init__(self, settings: Settings, company: Company) -> None:
        self.ourselves = ourselves(settings, company)
        self.tokens = ReplyTokens(settings.secret, self.ourselves.domain,
                                  settings.mail_reply_address)
        self._names: Mapping[str, str] = company.name
        path = settings.company_folder / THEIRS
        path = path if path.exists() else OURS
        environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )
        try:
            self._frame = environment.from_string(path.read_text(encoding="utf-8"))
            self.html("<p></p>", company.default_language)
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            raise BadConfiguration(
                f"{path} cannot be used: {error}; it may print language, company and body."
            ) from error

    def name(self, language: str) -> str:
        """The company's name as the sender."""
        return self._names.get(language) or next(iter(self._names.values()), "")

    def html(self, body: str, language: str) -> str:
        """The HTML document around a body that is safe HTML already."""
        return self._frame.render(language=language, company=self.name(language),
                                  body=Markup(body))  # noqa: S704 (`safe_html` has cleaned it)
