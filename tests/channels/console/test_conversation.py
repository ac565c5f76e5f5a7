"""A conversation in the console: what is shown, and what operators do to it."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from assistant.conversations import repository
from assistant.conversations.deliver import suggest
from assistant.conversations.models import Message, SuggestedReply, SuggestionState
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.engine.turn import Citation, Disposition, FactUse, Recalled, Reply
from assistant.engine.writing.trace import ModelCall, Outcome
from channels.services import Services
from tests.channels.console.conftest import Browser, Write

DRAFT = "トイプードルのワクチンは 6,600円です。"


@pytest.fixture
def suggested(services: Services, write, clock):
    """A conversation of a verified customer that waits for a person, with a suggestion."""
    received = write("ワクチンはいくらですか", tier=Tier.VERIFIED, customer_external_id="C-0001")
    reply = Reply(
        text="担当者が確認します。", language="ja", disposition=Disposition.SUGGEST,
        confidence=0.42, reason="基準に届きません。", reason_code="unsure", draft=DRAFT,
        citations=(Citation("vaccination-dog", 1, "ja", 2, "ワクチン", "料金",
                            "/articles/ja/x#2"),),
        facts_used=(FactUse("pet.breed", "犬種", "答えが変わります。", "トイプードル"),),
        facts_withheld=(FactUse("customer.points", "ポイント残高", "答えが変わりません。"),),
        recalled=(Recalled("前回は午前でした。", "conversation", clock(), 0.8),),
        model=ModelCall("openai:small", "ja-1", Outcome.REFUSED, "number", "7,700", last_ms=1234),
    )
    with session_scope(services.engine) as session:
        conversation = repository.conversation(session, received.conversation_id)
        conversation.mode, conversation.due_at = "manual", None
        conversation.handoff_reason, conversation.handoff_summary = reply.reason, "料金の質問"
        session.add(conversation)
        suggest(session, received.conversation_id, received.sequence, reply, clock())
    return received


def path(received, action: str = "") -> str:
    return f"/console/conversations/{received.conversation_id}" + (f"/{action}" if action else "")


def texts(services: Services, received) -> list[str]:
    with read_scope(services.engine) as session:
        return [m.text for m in repository.messages(session, received.conversation_id)]


@pytest.mark.parametrize(("language", "words"), [
    ("ja", ["アシスタントの返信案", "確からしさ 中くらい 42%", "本人確認済み", "これからのご予約",
            "openai:small：下書きを採用せず、記事の文を使用（1.2秒） (number: 7,700)"]),
    ("en", ["Suggested by the assistant", "Confidence medium 42%", "Identity proven", "Coming up",
            "openai:small: its draft was refused"]),
])
def test_a_conversation_shows_why_the_assistant_suggests_this(
    mori, suggested, language: str, words: list[str]
) -> None:
    mori.sign_in(language=language)
    page = mori.get(path(suggested))
    said = ["佐藤 美咲", DRAFT, "料金の質問", "犬種", "ポイント残高", "前回は午前でした。", "モカ",
            'href="/articles/ja/x#2"', *words]
    assert [word for word in said if word not in page] == []


@pytest.mark.parametrize("tier", ["claimed", "anonymous"])
def test_where_nobody_has_proven_who_writes_the_operator_is_warned(mori, write, tier: str) -> None:
    received = write("ポイントは？", tier=Tier(tier))
    assert "個人の情報はお伝えしないでください" in mori.get(path(received))


def test_an_emergency_stays_marked_when_the_customer_writes_again(mori, write, work) -> None:
    received = write("犬がチョコを食べてしまいました")
    work()
    write("まだですか")
    work()
    assert "緊急の引き継ぎ" in mori.get(path(received))


def test_a_reply_on_an_older_state_is_refused_and_its_text_kept(
    mori, kato, write, suggested, services
) -> None:
    mine = "6,600円でございます。"
    newer = write("急いでいます", tier=Tier.VERIFIED, customer_external_id="C-0001")
    page = mori.post(path(suggested, "send"), status=409, text=mine, seen=suggested.sequence)
    assert "新しい内容が届いています" in page
    assert "急いでいます" in page
    assert f">{mine}</textarea>" in page
    assert mine not in texts(services, suggested)
    assert f">{mine}</textarea>" in mori.get(path(suggested))
    assert mine not in kato.get(path(suggested))  # A draft is its writer's own.
    mori.post(path(suggested, "send"), text=mine, seen=newer.sequence)
    assert texts(services, suggested)[-1] == mine


def test_our_script_is_told_of_a_refusal_in_the_operators_language(mori, write, suggested) -> None:
    write("急いでいます", tier=Tier.VERIFIED, customer_external_id="C-0001")
    answer = mori.client.post(
        path(suggested, "send"),
        data={"csrf": mori.csrf, "text": "はい", "seen": suggested.sequence},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 409
    assert answer.json()["problem"].startswith("新しい内容が届いています")


@pytest.mark.parametrize(("text", "state"), [
    (DRAFT, SuggestionState.ACCEPTED), (DRAFT + "お待ちしております。", SuggestionState.EDITED),
])
def test_how_a_suggestion_was_used_is_recorded(
    mori, suggested, suggestion, text: str, state: SuggestionState
) -> None:
    kept = suggestion(suggested.conversation_id)
    page = mori.get(path(suggested) + f"?use={kept.id}")
    assert f">{DRAFT}</textarea>" in page
    mori.post(path(suggested, "send"), text=text, seen=suggested.sequence, suggestion_id=kept.id)
    used = suggestion(suggested.conversation_id)
    assert used.state == state
    assert used.edit_distance == len(text) - len(DRAFT)


def test_a_suggestion_is_sent_as_it_is(mori, suggested, suggestion, services) -> None:
    kept = suggestion(suggested.conversation_id)
    mori.post(path(suggested, "suggestion/send"), suggestion_id=kept.id, seen=suggested.sequence)
    assert texts(services, suggested)[-1] == DRAFT
    assert suggestion(suggested.conversation_id).state == SuggestionState.ACCEPTED


def test_a_rejected_suggestion_is_gone(mori, suggested, suggestion) -> None:
    kept = suggestion(suggested.conversation_id)
    page = mori.post(path(suggested, "suggestion/reject"), suggestion_id=kept.id)
    assert DRAFT not in page
    assert suggestion(suggested.conversation_id).state == SuggestionState.REJECTED


def test_two_operators_cannot_send_the_same_suggestion(mori, kato, suggested, suggestion) -> None:
    kept = suggestion(suggested.conversation_id)
    fields = {"suggestion_id": kept.id, "seen": suggested.sequence}
    mori.post(path(suggested, "suggestion/send"), **fields)
    kato.post(path(suggested, "suggestion/send"), status=409, **fields)


def test_a_note_is_shown_to_operators_and_never_to_the_customer(
    mori, kato, suggested, services
) -> None:
    mori.post(path(suggested, "note"), text="常連の方です")
    assert "常連の方です" in kato.get(path(suggested))
    public = services.inbox.messages(suggested.conversation_id, 0)
    assert "常連の方です" not in [message.text for message in public]


def test_drafts_stay_on_the_server(mori, suggested) -> None:
    mori.post(path(suggested, "draft"), text="書きかけ")
    assert ">書きかけ</textarea>" in mori.get(path(suggested))


def test_operators_take_over_give_back_and_resolve(mori, write, services) -> None:
    received = write("こんにちは")
    taken = mori.post(path(received, "take_over"))
    assert "担当：森 綾香" in taken
    assert "森 綾香 が対応を引き継ぎました" in taken
    assert "アシスタントが応対中" in mori.post(path(received, "give_back"))
    assert "解決済み" in mori.post(path(received, "resolve"))
    assert f'data-row="{received.conversation_id}"' in mori.get("/console?queue=resolved")


def test_what_is_being_prepared_is_shown(mori, write) -> None:
    assert "アシスタントが返信を準備しています" in mori.get(path(write("こんにちは")))


def test_what_people_write_is_shown_as_typed(mori, write, services) -> None:
    attack = "<script>alert(1)</script>"
    received = write(attack, channel="email", address="x@mail.example", subject=attack,
                     sender_name=attack)
    for page in (mori.get(path(received)), mori.get("/console?queue=automatic"),
                 mori.get("/console/customers?q=script"),
                 mori.get(f"/console/fragments{path(received).removeprefix('/console')}")):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_citation_leads_nowhere_but_to_pages(mori, suggested, services) -> None:
    with session_scope(services.engine) as session:
        kept = session.exec(select(SuggestedReply)).one()
        citation = {**kept.reply["citations"][0], "link": "javascript:alert(1)"}
        kept.reply = {**kept.reply, "citations": [citation]}
        session.add(kept)
    assert "javascript:" not in mori.get(path(suggested))


def test_an_empty_reply_is_refused_in_words(mori, suggested) -> None:
    page = mori.post(path(suggested, "send"), status=400, text="  ", seen=suggested.sequence)
    assert "本文が空です" in page


@pytest.mark.parametrize("number", ["999", "0", "99999999999999999999", "x"])
def test_a_conversation_that_is_not_there_is_said_to_be_so(mori, number: str) -> None:
    answer = mori.client.get(f"/console/conversations/{number}", headers={"Accept": "text/html"})
    assert answer.status_code in (404, 422)


def test_a_failed_delivery_is_visible(mori, suggested, services) -> None:
    with session_scope(services.engine) as session:
        conversation = repository.conversation(session, suggested.conversation_id)
        conversation.channel = "email"
        session.add(conversation)
    mori.post(path(suggested, "send"), text="はい", seen=suggested.sequence)
    outgoing = services.inbox.next_outgoing("email")
    services.inbox.failed(outgoing, "550 no such mailbox", permanent=True)
    page = mori.get(path(suggested))
    assert "送信できませんでした" in page
    assert "550 no such mailbox" in page


def test_the_customer_is_not_the_one_of_another_conversation(mori, suggested, write) -> None:
    other = write("こんにちは", address="somebody else")
    assert "モカ" not in mori.get(path(other))


def test_the_fragment_holds_every_region_that_may_change(mori, suggested) -> None:
    fragment = mori.get(f"/console/fragments/conversations/{suggested.conversation_id}")
    for region in ("head", "messages", "suggestion", "story"):
        assert f'data-region="{region}"' in fragment
    assert "<textarea" not in fragment


def test_only_the_last_messages_are_shown_until_more_are_wanted(mori, services, write) -> None:
    received = write("最初のメッセージです")
    for number in range(100):
        write(f"{number}番目")
    assert "最初のメッセージです</div>" not in mori.get(path(received))
    assert "最初のメッセージです</div>" in mori.get(path(received) + "?older=1")


def test_messages_carry_their_own_language(mori, write, services) -> None:
    received = write("Hello there", language="en")
    assert 'lang="en">Hello there' in mori.get(path(received))
    with read_scope(services.engine) as session:
        assert session.exec(select(Message)).first() is not None


@pytest.mark.parametrize(("language", "words"), [
    ("ja", ("マクロを含みます", "転送した方が書いたものではありません", "カレンダーの予定")),
    ("en", ("Holds macros", "Whoever passed it on did not write it", "Calendar: ")),
])
def test_what_a_mail_brought_beside_its_text_is_shown(
    open_browser: Callable[[], Browser], write: Write, language: str, words: tuple[str, ...]
) -> None:
    received = write("見てください。", details={"mail": {
        "attachments": [{"name": "<請求書>.docm", "type": "application/msword", "size": 12_000,
                         "seen_type": "", "warnings": ["macros"]}],
        "forwarded": [{"way": "inline", "from_name": "田中", "from_address": "t@x.example",
                       "subject": "見積もり"}],
        "invitations": [{"method": "request", "summary": "打ち合わせ", "starts": "20261203"}],
    }})
    browser = open_browser()
    browser.sign_in(language=language)
    page = browser.get(f"/console/conversations/{received.conversation_id}?queue=all")
    assert "&lt;請求書&gt;.docm" in page
    assert "12 kB" in page
    assert "田中 &lt;t@x.example&gt;" in page
    for word in words:
        assert word in page


@pytest.mark.parametrize(("language", "words"), [
    ("ja", ["似た解決済みの事例", "1件", "取り除いてあります", "〔お名前〕"]),
    ("en", ["Similar resolved cases", "have been taken out", "〔お名前〕"]),
])
def test_similar_resolved_cases_are_shown_redacted_beside_the_suggestion(
    mori, services: Services, write, language: str, words: list[str]
) -> None:
    resolved = write("モカが雷を怖がって吠えます。どうすればいいですか", tier=Tier.VERIFIED,
                     customer_external_id="C-0001")
    mori.sign_in(language=language)
    mori.post(path(resolved, "take_over"))
    mori.post(path(resolved, "send"), text="モカちゃんのそばで窓を閉めてあげてください。", seen=1)
    mori.post(path(resolved, "resolve"))
    while services.upkeep.step():
        pass
    asking = write("雷の音で犬が吠えて困っています", address="another")
    page = mori.get(path(asking))
    assert [word for word in ["窓を閉めてあげてください", *words] if word not in page] == []
    assert "モカ" not in page
    assert words[0] not in mori.get(path(resolved))
