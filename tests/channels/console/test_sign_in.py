"""The console's door: cookies, forms and who is let in."""

import pytest

from channels.console.console import inside


def test_a_page_leads_to_the_sign_in_and_back(open_browser) -> None:
    browser = open_browser()
    answer = browser.client.get("/console/ledger?x=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/login?next=%2Fconsole%2Fledger%3Fx%3D1"
    form = browser.get("/console/ledger?x=1")
    assert 'name="next" value="/console/ledger?x=1"' in form


@pytest.mark.parametrize(("language", "word"), [("ja", "サインイン"), ("en", "Sign in")])
def test_the_form_is_shown_in_both_languages(open_browser, language: str, word: str) -> None:
    browser = open_browser()
    page = browser.client.get("/console/login", headers={"Accept-Language": language}).text
    assert f'<html lang="{language}">' in page
    assert word in page


def test_a_wrong_password_shows_the_form_again_with_the_login(open_browser) -> None:
    answer = open_browser().client.post(
        "/console/login", data={"login": "mori", "password": "wrong"},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 401
    assert "Login and password do not match" in answer.text
    assert 'value="mori"' in answer.text
    assert "wrong" not in answer.text


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(open_browser) -> None:
    browser = open_browser()
    answer = browser.client.post(
        "/console/login", data={"login": "mori", "password": "correct horse battery"},
        follow_redirects=False,
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # The house of this test is served without TLS.


def test_signing_out_ends_the_sign_in_on_the_server(mori) -> None:
    token = mori.client.cookies["yorisoi_operator"]
    mori.post("/console/logout")
    mori.client.cookies.set("yorisoi_operator", token, path="/console")
    assert mori.client.get("/console", follow_redirects=False).status_code == 303
    assert mori.client.get("/console/fragments/inbox").status_code == 401


@pytest.mark.parametrize("action", ["send", "note", "draft", "take_over", "give_back", "resolve",
                                    "suggestion/send", "suggestion/reject"])
def test_a_form_without_its_token_is_refused(mori, write, action: str) -> None:
    number = write("こんにちは").conversation_id
    mori.csrf = ""
    mori.post(f"/console/conversations/{number}/{action}", status=403, text="x")


def test_a_form_from_another_site_is_refused(mori, write) -> None:
    number = write("こんにちは").conversation_id
    for origin in ("https://evil.example", "null"):
        answer = mori.client.post(
            f"/console/conversations/{number}/resolve", data={"csrf": mori.csrf},
            headers={"Origin": origin},
        )
        assert answer.status_code == 403


def test_nobody_acts_without_a_sign_in(open_browser, write) -> None:
    number = write("こんにちは").conversation_id
    open_browser().post(f"/console/conversations/{number}/resolve", status=401)


def test_the_chosen_language_stays(mori) -> None:
    assert '<html lang="en">' in mori.get("/console/language?to=en&back=/console")
    assert '<html lang="en">' in mori.get("/console")


@pytest.mark.parametrize("path", [
    "https://evil.example", "//evil.example/console", "/consoles", "/\\evil.example",
    "javascript:x", "https://evil.example/console", "/console/\\evil",
])
def test_after_the_sign_in_nobody_is_led_elsewhere(path: str) -> None:
    assert inside(path) == "/console"


def test_pages_may_not_be_framed_or_kept(mori) -> None:
    headers = mori.client.get("/console").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
