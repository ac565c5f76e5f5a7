"""The port to LangChain: settings that are refused in a sentence, streams, and what may fail."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.engine.writing.chat import ChatModel, ModelFailed, Prompt
from assistant.engine.writing.model import ModelWriter
from assistant.engine.writing.prompt import Prompting
from assistant.engine.writing.trace import Outcome
from assistant.errors import BadConfiguration
from assistant.language_model import LangChainModel, load_model
from assistant.settings import load_settings
from tests.assistant.engine.writing.scripted import KnownNames, answer, material
from tests.assistant.openai_server import OpenAIServer, serving
from tests.conftest import ROOT

PROMPT = Prompt("rules", "task", "en-1")
GOOD = answer("初診料は1,650円です。")


class Scripted(BaseChatModel):
    """A chat model of LangChain that writes what it is told."""

    pieces: list[str] = Field(default_factory=list)
    fails: Any = None
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.seen.append(messages)
        for piece in self.pieces:
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        if self.fails is not None:
            raise self.fails
        usage = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


def test_pieces_and_tokens_come_as_they_are_written() -> None:
    inner = Scripted(pieces=["a", "b"])
    pieces = list(LangChainModel(inner, "fake:one").stream(PROMPT))
    assert "".join(piece.text for piece in pieces) == "ab"
    assert max(piece.tokens_in or 0 for piece in pieces) == 10
    assert max(piece.tokens_out or 0 for piece in pieces) == 2
    assert [(m.type, m.content) for m in inner.seen[-1]] == [("system", "rules"), ("human", "task")]


class ReadTimeout(Exception):
    """Called as httpx calls it."""


@pytest.mark.parametrize(
    ("fails", "why"),
    [(TimeoutError(), "timeout"), (ReadTimeout(), "timeout"),
     (ConnectionResetError(), "connection"), (ValueError("a customer's words"), "error")],
)
def test_a_failure_has_a_kind_and_none_of_the_words(fails: Exception, why: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        list(LangChainModel(Scripted(pieces=["a"], fails=fails), "fake:one").stream(PROMPT))
    assert failed.value.why == why
    assert "words" not in str(failed.value)


def test_with_no_model_set_nothing_of_langchain_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.settings import load_settings; "
        "import channels.services; from assistant.language_model import load_model; "
        f"assert load_model(load_settings(Path({str(tmp_path)!r}))) is None; "
        "print([m for m in sys.modules if m.startswith(('lang', 'openai'))])"
    )
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("YORISOI_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [({"model": "gpt-5"}, "YORISOI_MODEL cannot be used"),
     ({"model": "openai:"}, "YORISOI_MODEL cannot be used"),
     ({"model": "openai:m", "model_url": "localhost:8080"}, "YORISOI_MODEL_URL cannot be used"),
     ({"model_seconds": 0}, "YORISOI_MODEL_SECONDS cannot be used"),
     ({"model": "openai:m", "model_seconds": 28}, "YORISOI_CLAIM_SECONDS")],
)
def test_a_bad_setting_is_one_sentence(
    tmp_path: Path, overrides: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadConfiguration) as bad:
        load_settings(tmp_path, **overrides)
    assert words in bad.value.sentence
    assert "\n" not in bad.value.sentence


def test_a_url_with_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="without YORISOI_MODEL"):
        load_model(load_settings(tmp_path, model_url="http://127.0.0.1:1/v1"))


def opened(home: Path, url: str = "", model: str = "openai:small", **more: Any) -> ChatModel:
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    found = load_model(load_settings(home, model=model, model_url=url, **more))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("model", "words"),
    [("nobody:small", "nobody"), ("anthropic:claude", "langchain"), ("openai:small", "API")],
)
def test_a_model_that_cannot_be_opened_is_one_sentence(
    tmp_path: Path, model: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadConfiguration) as bad:
        opened(tmp_path, model=model)
    assert words in bad.value.sentence
    assert "\n" not in bad.value.sentence


@pytest.mark.parametrize(
    ("server", "outcome", "why"),
    [(OpenAIServer(GOOD), Outcome.USED, ""),
     (OpenAIServer(GOOD, cut_after=5), Outcome.FAILED, "connection"),
     (OpenAIServer(GOOD, cut_after=5, hangs=True), Outcome.FAILED, "timeout"),
     (OpenAIServer(GOOD, status=500), Outcome.FAILED, "error"),
     (OpenAIServer("no JSON at all"), Outcome.REFUSED, "format")],
    ids=["answers", "is cut", "hangs", "fails", "rambles"],
)
def test_a_server_of_ones_own(
    tmp_path: Path, server: OpenAIServer, outcome: Outcome, why: str
) -> None:
    with serving(server):
        found = opened(tmp_path, server.url, model_seconds=1.0, model_tokens=77)
        writer = ModelWriter(found, KnownNames(), Prompting(lambda language: "Harunowa"), 1.0)
        call = writer.write(material()).call
    assert call is not None
    assert (call.outcome, call.why) == (outcome, why)
    assert server.asked[0]["temperature"] == 0
    assert 77 in (server.asked[0].get("max_tokens"), server.asked[0].get("max_completion_tokens"))
    assert len(server.asked) == 1
    if outcome is Outcome.USED:
        assert (call.tokens_in, call.tokens_out) == (321, 45)


def test_a_server_that_is_not_there_is_no_connection(tmp_path: Path) -> None:
    found = opened(tmp_path, "http://127.0.0.1:9/v1")
    with pytest.raises(ModelFailed) as failed:
        list(found.stream(PROMPT))
    assert failed.value.why == "connection"
