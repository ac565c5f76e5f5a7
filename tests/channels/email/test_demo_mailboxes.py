"""The demo's mailboxes: a whole journey by real SMTP, and the pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func
from sqlmodel import Session, select

from assistant.conversations.confirm import Confirmations
from assistant.conversations.mailboxes import MailboxStates
from assistant.conversations.models import Conversation, Message
from assistant.customers.models import ContactPoint
from assistant.errors import NotFound, YorisoiError
from assistant.quarantine.models import HeldMail
from assistant.settings import Settings
from channels.email.channel import EmailChannel
from channels.email.composing import WORDS
from channels.email.demo_mailboxes import RECEIVED, SENT, DemoMailboxes, Owner, free_port
from channels.email.demo_pages import DemoPages, demo_router
from channels.pages.rendering import read_words
from channels.services import Services

SUPPORT = "support@harunowa.example"
OWNERS = [
    Owner("佐藤 美咲", "misaki.sato@mail.example", "ja"),
    Owner("Emily Carter", "emily.carter@mail.example", "en"),
]
MISAKI = OWNERS[0].address
Work = Callable[[], int]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={
        "mail_listen": f"127.0.0.1:{free_port()}", "smtp_url": f"smtp://127.0.0.1:{free_port()}",
    })


@dataclass
class Demo:
    mailboxes: DemoMailboxes
    services: Services
    work: Work

    def newest(self) -> Sequence[Message]:
        """The messages of the conversation that was opened last."""
        with Session(self.services.engine) as session:
            last = session.exec(select(func.max(Conversation.id))).one()
        return self.services.inbox.messages(last or 0, 0)

    async def answered(self, address: str, count: int) -> list[str]:
        """Answers what is due, and waits until this many mails have come."""
        for _ in range(1000):
            await asyncio.to_thread(self.work)
            texts = [kept.mail.text for kept in self.mailboxes.mails(address)
                     if kept.direction == RECEIVED]
            if len(texts) >= count:
                return texts
            await asyncio.sleep(0.02)
        raise AssertionError("the answer never came")


@pytest.fixture
async def demo(stocked: Services, work: Work, settings: Settings) -> AsyncIterator[Demo]:
    mailboxes = DemoMailboxes(settings, OWNERS, SUPPORT, stocked.clock)
    channel = EmailChannel(stocked.inbox, settings, stocked.company, stocked.hub, stocked.clock,
                           MailboxStates(stocked.engine, stocked.clock),
                           Confirmations(stocked.engine, stocked.hub, stocked.clock, "secret"),
                           mailboxes.credentials)
    await mailboxes.start()
    await channel.start()
    yield Demo(mailboxes, stocked, work)
    await channel.stop()
    await mailboxes.stop()


async def test_a_mail_is_answered_in_its_thread(demo: Demo) -> None:
    await demo.mailboxes.write(MISAKI, "診療について", "初診料はいくらですか？")
    await demo.answered(MISAKI, 1)
    sent, received = demo.mailboxes.mails(MISAKI)
    assert (sent.direction, received.direction) == (SENT, RECEIVED)
    assert received.mail.in_reply_to == (sent.mail.message_id,)
    assert received.mail.subject == "Re: 診療について"
    assert received.is_automatic


async def test_an_answer_to_the_answer_stays_in_the_conversation(demo: Demo) -> None:
    await demo.mailboxes.write(MISAKI, "診療について", "初診料はいくらですか？")
    await demo.answered(MISAKI, 1)
    last = demo.mailboxes.mails(MISAKI)[-1].mail.message_id
    await demo.mailboxes.write(
        MISAKI, "Re: 診療について", "ホテルの料金も教えてください。", answers=last
    )
    await demo.answered(MISAKI, 2)
    assert [message.direction for message in demo.newest()] == [
        "incoming", "outgoing", "incoming", "outgoing"
    ]


async def test_an_absence_notice_is_not_answered(demo: Demo) -> None:
    await demo.mailboxes.write(MISAKI, "診療について", "初診料はいくらですか？")
    await demo.answered(MISAKI, 1)
    await demo.mailboxes.send_absence(MISAKI, "自動応答: 診療について", "不在です。")
    assert await asyncio.to_thread(demo.work) == 0
    assert len(demo.newest()) == 2


async def test_a_mail_without_proof_is_a_claim(demo: Demo) -> None:
    await demo.mailboxes.write(MISAKI, "x", "ポイントは何ポイントですか？", proven=False)
    [message] = demo.newest()
    assert message.details["tier"] == "claimed"
    assert not demo.mailboxes.mails(MISAKI)[0].is_proven


async def test_what_was_kept_is_there_after_a_restart(demo: Demo, settings: Settings) -> None:
    await demo.mailboxes.write(MISAKI, "診療について", "初診料はいくらですか？", proven=False)
    again = DemoMailboxes(settings, OWNERS, SUPPORT, demo.services.clock)
    [kept] = again.mails(MISAKI)
    assert (kept.direction, kept.is_proven, kept.mail.text) == (
        SENT, False, "初診料はいくらですか？"
    )


async def test_the_same_mail_twice_is_kept_once(demo: Demo) -> None:
    raw = b"From: a@x.example\r\nMessage-ID: <1@x.example>\r\n\r\nhello"
    demo.mailboxes.keep(MISAKI, raw, RECEIVED)
    demo.mailboxes.keep(MISAKI, raw, RECEIVED)
    assert len(demo.mailboxes.mails(MISAKI)) == 1


async def test_an_empty_text_and_an_unknown_owner_are_refused(demo: Demo) -> None:
    with pytest.raises(YorisoiError, match="empty"):
        await demo.mailboxes.write(MISAKI, "x", " ")
    with pytest.raises(NotFound):
        await demo.mailboxes.write("nobody@x.example", "x", "y")


@pytest.fixture
async def pages(demo: Demo) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(demo_router(demo.mailboxes, demo.services.company))
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://demo"
    ) as client:
        yield client


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_pages_are_there_in_both_languages(
    pages: httpx2.AsyncClient, language: str
) -> None:
    listed = await pages.get("/demo/mail", params={"lang": language})
    assert listed.status_code == 200
    assert f'lang="{language}"' in listed.text
    assert MISAKI in listed.text
    box = await pages.get(f"/demo/mail/{MISAKI}", params={"lang": language})
    assert box.status_code == 200
    assert 'id="mails"' in box.text


async def test_writing_on_the_page_sends_and_shows_the_mail(
    pages: httpx2.AsyncClient, demo: Demo
) -> None:
    state = f"/demo/mail/{MISAKI}/state"
    before = (await pages.get(state)).json()
    sent = await pages.post(f"/demo/mail/{MISAKI}/write?lang=en", data={
        "subject": "<b>x</b>", "text": "<script>初診料はいくらですか？</script>", "unproven": "1"})
    assert sent.status_code == 303
    page = await pages.get(sent.headers["location"])
    assert "&lt;b&gt;x" in page.text
    assert "<script>初" not in page.text
    assert "Without proof of identity" in page.text
    assert (await pages.get(state)).json() != before


async def test_the_absence_button_sends_an_automated_mail(
    pages: httpx2.AsyncClient, demo: Demo
) -> None:
    answer = await pages.post(f"/demo/mail/{MISAKI}/absence?lang=ja")
    assert answer.status_code == 303
    assert demo.mailboxes.mails(MISAKI)[0].is_automatic
    assert "不在のお知らせ" in (await pages.get(answer.headers["location"])).text


async def test_an_answer_can_be_sent_back_and_the_address_is_suppressed(
    pages: httpx2.AsyncClient, demo: Demo
) -> None:
    refused = await pages.post(f"/demo/mail/{MISAKI}/absence?lang=ja")
    assert refused.status_code == 303
    await demo.mailboxes.write(MISAKI, "診療について", "初診料はいくらですか？")
    await demo.answered(MISAKI, 1)
    assert "宛先不明で送り返す" in (await pages.get(f"/demo/mail/{MISAKI}?lang=ja")).text
    await pages.post(f"/demo/mail/{MISAKI}/report?lang=ja")
    with Session(demo.services.engine) as session:
        points = session.exec(select(ContactPoint).where(ContactPoint.address == MISAKI)).all()
    assert [point.suppressed_at is not None for point in points] == [True]


async def test_there_is_nothing_to_send_back_before_an_answer(demo: Demo) -> None:
    pages = DemoPages(demo.mailboxes, demo.services.company)
    with pytest.raises(YorisoiError, match="write a mail first"):
        await pages.report(MISAKI)


async def test_a_mail_that_cannot_be_read_waits_in_the_quarantine(
    pages: httpx2.AsyncClient, demo: Demo
) -> None:
    assert (await pages.post(f"/demo/mail/{MISAKI}/unreadable?lang=ja")).status_code == 303
    with Session(demo.services.engine) as session:
        [held] = session.exec(select(HeldMail)).all()
    assert (held.reason, held.subject) == ("unreadable", "差出人のないメール")


async def test_style_and_script_are_served(pages: httpx2.AsyncClient) -> None:
    assert "text/css" in (await pages.get("/static/mailboxes.css")).headers["content-type"]
    assert "javascript" in (await pages.get("/static/mailboxes.js")).headers["content-type"]


def test_both_languages_have_the_same_words() -> None:
    japanese, english = (read_words(WORDS / f"{code}.yaml") for code in ("ja", "en"))
    assert set(japanese) == set(english)
