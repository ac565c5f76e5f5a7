"""Parameters of header fields: quoted, continued, encoded, broken."""

import pytest

from channels.email.parameters import parameters


@pytest.mark.parametrize(("value", "wanted"), [
    ("text/plain; charset=utf-8", {"charset": "utf-8"}),
    ('text/plain; charset="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
    ('a/b; name="a;b.txt"', {"name": "a;b.txt"}),
    ('a/b; name="say \\"hi\\".txt"', {"name": 'say "hi".txt'}),
    ("a/b; filename*=UTF-8''%E5%86%99%E7%9C%9F.jpg", {"filename": "写真.jpg"}),
    ("a/b; filename*=iso-2022-jp'ja'%1B%24B%3CL%3F%3F%1B%28B.jpg", {"filename": "写真.jpg"}),
    ("a/b; filename*0*=UTF-8''%E5%86; filename*1*=%99%E7%9C%9F; filename*2=.jpg",
     {"filename": "写真.jpg"}),
    ("a/b; filename*1=b.txt; filename*0=a", {"filename": "ab.txt"}),
    ("a/b; filename=plain.txt; filename*=UTF-8''%E5%86%99.txt", {"filename": "写.txt"}),
    ("a/b; name=one; name=two", {"name": "one"}),
    ('a/b; name="never closed; charset=utf-8', {"name": "never closed", "charset": "utf-8"}),
    ("a/b; =x; ; boundary = spaced ", {"boundary": "spaced"}),
    ("", {}),
])
def test_parameters_are_read(value: str, wanted: dict[str, str]) -> None:
    assert parameters(value)[1] == wanted


def test_what_stands_first_is_told_without_comments() -> None:
    assert parameters("base64 (they say); x=y")[0] == "base64"
