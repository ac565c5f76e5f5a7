"""The language model that the settings name, by LangChain; imported only where one is set."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assistant.engine.writing.chat import ModelFailed, Piece, Prompt
from assistant.errors import BadConfiguration
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Errors by the names that the providers' libraries and httpx give them.
_TIMEOUTS = ("timeout", "timedout")
_CONNECTIONS = ("connect", "protocol", "network", "readerror", "writeerror")


def load_model(settings: Settings) -> "LangChainModel | None":
    """The model of YORISOI_MODEL; None if none is set.

    Raises BadConfiguration with one sentence if it cannot be used.
    """
    if not settings.model:
        if settings.model_url:
            raise BadConfiguration("YORISOI_MODEL_URL is set without YORISOI_MODEL; name the "
                                   "model there too, as openai:NAME.")
        return None
    provider, _, name = settings.model.partition(":")
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise BadConfiguration("YORISOI_MODEL is set, but LangChain is not installed; run "
                               "pip install 'yorisoi[model]', or leave it empty.") from error
    try:
        model = init_chat_model(name, model_provider=provider, **_options(settings, provider))
    except ImportError as error:
        raise BadConfiguration(
            f"YORISOI_MODEL names the provider {provider}, whose LangChain package is not "
            f"installed ({error.name or error}); install it beside yorisoi[model]."
        ) from error
    except Exception as error:
        why = " ".join(str(error).split())[:300]
        raise BadConfiguration(
            f"YORISOI_MODEL={settings.model} cannot be used: {why}"
        ) from error
    return LangChainModel(model, settings.model)


class LangChainModel:
    """A chat model of LangChain in the place of our port."""

    def __init__(self, model: "BaseChatModel", name: str) -> None:
        self._model = model
        self._name = name

    @property
    def name(self) -> str:
        """Provider and model."""
        return self._name

    def stream(self, prompt: Prompt) -> Iterator[Piece]:
        """The answer as it is written; raises ModelFailed with what went wrong."""
        from langchain_core.messages import HumanMessage, SystemMessage
        from langsmith import tracing_context

        messages = [SystemMessage(prompt.system), HumanMessage(prompt.task)]
        try:
            # Whatever the environment says: what customers wrote goes to nobody but the model.
            with tracing_context(enabled=False):
                for chunk in self._model.stream(messages):
                    usage: Mapping[str, Any] = chunk.usage_metadata or {}
                    yield Piece(str(chunk.text), usage.get("input_tokens"),
                                usage.get("output_tokens"))
        except Exception as error:
            raise ModelFailed(_kind(error), type(error).__name__) from error


def _options(settings: Settings, provider: str) -> dict[str, Any]:
    # No second try: the answer is due within the time, and the extractive one is there already.
    options: dict[str, Any] = {
        "temperature": 0, "timeout": settings.model_seconds, "max_retries": 0,
        "max_tokens": settings.model_tokens,
    }
    if provider == "openai":
        options["stream_usage"] = True
    if settings.model_url:
        options["base_url"] = settings.model_url
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # Servers of one's own seldom want one.
    return options


def _kind(error: BaseException) -> str:
    names = " ".join(one.__name__.lower() for one in type(error).__mro__)
    if any(word in names for word in _TIMEOUTS):
        return "timeout"
    return "connection" if any(word in names for word in _CONNECTIONS) else "error"
