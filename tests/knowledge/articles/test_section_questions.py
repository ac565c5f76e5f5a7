"""Questions below a heading are searched with their section and never shown."""

from knowledge.articles.passages import plain_sections, sections

BODY = """## 料金
? いくらかかりますか
? シャンプー 値段

シャンプーは5,500円です。

? これは質問の行ではありません

## 予約

お電話でどうぞ。
"""


def test_they_are_taken_from_the_top_of_the_section_alone() -> None:
    fees, booking = sections(BODY)
    assert fees.questions == ("いくらかかりますか", "シャンプー 値段")
    assert "いくらかかりますか" not in fees.template
    assert "これは質問の行ではありません" in fees.template
    assert booking.questions == ()


def test_a_text_that_is_no_article_of_ours_keeps_every_line() -> None:
    text = "\n".join(section.template for section in plain_sections(BODY))
    assert "いくらかかりますか" in text


def test_positions_stay_those_of_the_translation() -> None:
    assert [section.position for section in sections(BODY)] == [1, 2]

