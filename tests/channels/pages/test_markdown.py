"""Markdown becomes clean HTML, whoever wrote it."""

import pytest

from channels.pages.markdown import to_html


def test_ordinary_markdown_is_shown() -> None:
    table = "| 犬種 | 料金 |\n|---|---|\n| 小型 | 6,600円 |"
    html = to_html(f"**9時**から\n\n- 一つ\n- 二つ\n\n{table}")
    assert "<strong>9時</strong>" in html
    assert html.count("<li>") == 2
    assert "<td>6,600円</td>" in html


def test_a_line_break_stays_in_a_message_and_joins_in_an_article() -> None:
    assert "<br>" in to_html("一行目\n二行目")
    assert "<br>" not in to_html("first\nsecond", line_breaks=False)


def test_a_heading_never_competes_with_the_pages_own() -> None:
    html = to_html("# 一\n\n## 二\n\n#### 四")
    assert "<h3>一</h3>" in html
    assert "<h3>二</h3>" in html
    assert "<h4>四</h4>" in html


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b onclick=alert(1)>x</b>",
    "<style>*{display:none}</style>", "<iframe src=https://evil.example></iframe>",
    "![x](https://evil.example/pixel.gif)", "<svg><script>alert(1)</script></svg>",
    "`<script>`", "<!--", "[x]: <javascript:alert(1)>\n\n[x]",
])
def test_no_tag_of_the_text_is_obeyed(text: str) -> None:
    html = to_html(text)
    for bad in ("<script", "<img", "<b ", "<style", "<iframe", "<svg", "<!--"):
        assert bad not in html


@pytest.mark.parametrize("link", [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "java\tscript:alert(1)", "//evil.example/x",
])
def test_a_link_leads_only_to_the_web_mail_or_a_telephone(link: str) -> None:
    html = to_html(f"[x](<{link}>)")
    href = html.partition('href="')[2].partition('"')[0]
    assert href.startswith(("http:", "https:", "mailto:", "tel:")) or not href


def test_a_link_opens_elsewhere_and_tells_nothing_of_us() -> None:
    html = to_html("[予約](https://shop.example/book) [電話](tel:0120000826)")
    assert html.count('target="_blank"') == 2
    assert html.count('rel="noopener noreferrer"') == 2
