"""Calendar parts."""

from channels.email.invitations import invitation

REQUEST = ("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:トリミング\\, 相談\r\n"
           "DTSTART;TZID=Asia/Tokyo:20261203T150000\r\nDTEND;TZID=Asia/Tokyo:20261203T160000\r\n"
           "LOCATION:目黒\r\n 本店\r\nORGANIZER;CN=\"Sato; M\":MAILTO:Sato@mail.example\r\n"
           "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:support@harunowa.example\r\n"
           "END:VEVENT\r\nEND:VCALENDAR\r\n")


def test_an_invitation_is_told() -> None:
    found = invitation(REQUEST)
    assert found is not None
    assert (found.method, found.summary, found.starts, found.place, found.organizer,
            found.answer) == ("request", "トリミング, 相談", "20261203T150000", "目黒本店",
                              "sato@mail.example", "")


def test_an_answer_says_what_the_guest_says() -> None:
    found = invitation(REQUEST.replace("REQUEST", "REPLY").replace("NEEDS-ACTION", "ACCEPTED"))
    assert found is not None
    assert (found.method, found.answer) == ("reply", "accepted")


def test_a_text_that_is_no_calendar_is_none() -> None:
    assert invitation("hello") is None
    assert invitation("A;" * 50_000 + ":x") is None
