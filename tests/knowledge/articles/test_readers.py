import csv
import zipfile
from pathlib import Path

import docx
import pytest
from jinja2.sandbox import SandboxedEnvironment
from openpyxl import Workbook
from pypdf import PdfWriter

from knowledge.articles.draft import ArticleDraft, ArticleRefused
from knowledge.articles.passages import plain_sections
from knowledge.articles.readers import limits, read_articles


def only(path: Path) -> ArticleDraft:
    [draft] = read_articles(path)
    return draft


def reason(path: Path) -> str:
    with pytest.raises(ArticleRefused) as refused:
        read_articles(path)
    return refused.value.problems[0].reason


def pdf_page(lines: list[str]) -> bytes:
    """Return a PDF of one page with these lines, written by hand."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 50 750 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, entry in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def test_word_headings_become_sections_and_its_text_is_never_a_template(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Visits", level=0)
    document.add_paragraph("Dear {{ customer.name }}, {% for x in y %}welcome.")
    document.add_heading("Fees", level=2)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "First visit", "¥1,650"
    document.save(str(tmp_path / "visits.docx"))
    draft = only(tmp_path / "visits.docx")
    lead, fees = plain_sections(draft.body)
    assert not draft.is_template
    assert (draft.article_id, draft.title, draft.language) == ("visits", "Visits", "en")
    assert (fees.heading, fees.template) == ("Fees", "First visit | ¥1,650")
    shown = SandboxedEnvironment().from_string(lead.template).render(customer={"name": "Mori"})
    assert shown == "Dear {{ customer.name }}, {% for x in y %}welcome."


def test_a_pdf_is_read_with_its_lines_joined(tmp_path: Path) -> None:
    (tmp_path / "guide.pdf").write_bytes(pdf_page(["The first visit", "costs 1,650 yen."]))
    draft = only(tmp_path / "guide.pdf")
    assert "The first visit costs 1,650 yen." in " ".join(draft.body.split())
    assert not draft.is_template


def test_a_pdf_with_a_password_is_refused_with_a_clear_sentence(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(tmp_path / "locked.pdf")
    assert "password" in reason(tmp_path / "locked.pdf")


def test_a_scan_and_a_damaged_pdf_are_refused(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "scan.pdf")
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert "no text" in reason(tmp_path / "scan.pdf")
    assert reason(tmp_path / "damaged.pdf")


def test_html_keeps_title_and_headings_and_never_scripts(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<html lang='ja'><head><meta charset='utf-8'><title>返品について</title>"
        "<style>p { color: red }</style></head><body><nav>menu</nav>"
        "<script>alert('x')</script><h2>返品の<b>期限</b></h2><p>8日以内です。</p></body></html>",
        encoding="utf-8",
    )
    draft = only(tmp_path / "page.html")
    assert (draft.title, draft.language) == ("返品について", "ja")
    assert plain_sections(draft.body)[0].heading == "返品の期限"
    assert not any(word in draft.body for word in ("alert", "color", "menu"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_of_questions_gives_an_article_for_each_row(tmp_path: Path, encoding: str) -> None:
    with (tmp_path / "faq.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(
            [
                ["番号", "質問", "回答"],
                ["q1", "返品できますか", "8日以内なら、\nできます"],
                ["", "", ""],
            ]
        )
    draft = only(tmp_path / "faq.csv")
    assert (draft.article_id, draft.language, draft.title) == ("q1", "ja", "返品できますか")
    assert draft.questions == ("返品できますか",)
    assert draft.body == "8日以内なら、\nできます"


def test_a_row_without_an_id_keeps_its_id_when_it_moves(tmp_path: Path) -> None:
    ids = []
    for rows in ([["A?", "a"], ["B?", "b"]], [["B?", "b"], ["A?", "a"]]):
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for row in [["Question", "Answer"], *rows]:
            sheet.append(row)
        workbook.save(tmp_path / "faq.xlsx")
        ids.append(
            {draft.title: draft.article_id for draft in read_articles(tmp_path / "faq.xlsx")}
        )
    assert ids[0] == ids[1]
    assert len(ids[0]) == 2


def test_a_table_without_answers_says_which_column_is_missing(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("質問,備考\nA,b\n", encoding="utf-8")
    assert "回答" in reason(tmp_path / "faq.csv")


def test_a_row_without_an_answer_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("question,answer\nA?,a\nB?,\n", encoding="utf-8")
    with pytest.raises(ArticleRefused) as refused:
        read_articles(tmp_path / "faq.csv")
    assert refused.value.problems[0].line == 3


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.xlsx"])
def test_an_archive_that_explodes_is_not_opened(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"word/{number}.xml", bytes(limits.UNPACKED_BYTES // 8))
    assert "unpacks" in reason(tmp_path / name)


def test_a_large_file_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.md").open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)
    (tmp_path / "photo.heic").write_bytes(b"x")
    assert "larger" in reason(tmp_path / "large.md")
    assert ".heic" in reason(tmp_path / "photo.heic")


def test_a_folder_is_walked_in_order_without_hidden_files_links_and_readmes(
    tmp_path: Path,
) -> None:
    matter = "---\nid: {0}\nlanguage: en\ntitle: {0}\n---\nText.\n"
    for name in ("b/two.md", "a/one.md", ".hidden/three.md", "a/README.md"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(matter.format(file.stem), encoding="utf-8")
    (tmp_path / "link.md").symlink_to(tmp_path / "a" / "one.md")
    assert [draft.article_id for draft in read_articles(tmp_path)] == ["one", "two"]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pdf"])
def test_a_file_of_another_kind_is_refused_and_not_an_error(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"text{suffix}").write_text("not what the suffix says", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / f"archive{suffix}", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
    assert reason(tmp_path / f"text{suffix}")
    assert reason(tmp_path / f"archive{suffix}")
