"""HTML into text with marked quotations."""

from channels.email.flowed import unflowed
from channels.email.html_text import html_to_text


def test_scripts_styles_comments_and_hidden_parts_are_not_read() -> None:
    source = ("<html><head><title>t</title><style>p{}</style></head><body><!-- c --><p>見える</p>"
              "<script>x()</script><div style='display: none'>隠れ</div></body></html>")
    assert html_to_text(source) == "見える"


def test_a_quotation_is_marked_at_each_depth() -> None:
    source = ("<p>new</p><blockquote type='cite'>one"
              "<blockquote type='cite'>two</blockquote></blockquote>")
    assert html_to_text(source).split("\n") == ["new", "", "> one", "> > two"]


def test_a_paragraph_that_the_writer_indented_is_no_quotation() -> None:
    style = "margin:0 0 0 40px;border:none;padding:0px"
    source = f"<p>a</p><blockquote style='{style}'>mine</blockquote>"
    assert ">" not in html_to_text(source)


def test_text_after_a_quotation_stays() -> None:
    assert "after" in html_to_text("<blockquote type='cite'>q</blockquote>after")


def test_a_declared_encoding_and_forbidden_characters_do_no_harm() -> None:
    assert html_to_text('<?xml version="1.0" encoding="UTF-8"?><p>a\x00\x0bb</p>') == "ab"
    assert html_to_text("") == ""
    assert html_to_text("plain") == "plain"


def test_soft_breaks_are_joined_and_hard_ones_stay() -> None:
    assert unflowed("one \ntwo\nthree", delete_space=False) == "one two\nthree"
    assert unflowed("一行 \n続き", delete_space=True) == "一行続き"


def test_quotation_depth_and_the_signature_mark_survive_unflowing() -> None:
    assert unflowed("> a \n> b\nmine\n-- \nme", delete_space=False) == "> a b\nmine\n-- \nme"
