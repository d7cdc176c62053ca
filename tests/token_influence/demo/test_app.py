"""The demo's page in a browser, and what it refuses."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from explained_prompts import HOSTILE

from token_influence.demo.app import MOST_BYTES

QUESTION = {"model": "tiny", "text": "the sea", "methods": ["semantic"]}
JSON = {"Content-Type": "application/json"}


def ask(address: str, body: str, headers: dict[str, str], path: str = "/explain"):
    """Status and text of the answer to a POST with these headers."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("POST" if path == "/explain" else "GET", path, body.encode(), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_typing_a_prompt_shades_it_without_another_question_for_methods(address, page):
    page.goto(address)
    page.fill("[name=text]", "under the stars")
    page.click("button")
    page.wait_for_selector("#result .text")
    assert page.locator("#result .text").inner_text() == "under the stars"
    assert page.locator("#result .next tr").count() == 15
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    token = page.locator("#result .token").nth(3)
    before = token.get_attribute("style")
    page.select_option("#result [name=method]", "fisher")
    page.select_option("#result [name=scale]", "logarithmic")
    page.select_option("#result [name=colours]", "grey")
    assert token.get_attribute("style") != before
    token.hover()
    assert "“e” · score" in page.locator(".tip").inner_text()
    assert asked == []


def test_an_example_is_filled_in_and_its_markup_is_text(address, page):
    page.goto(address)
    page.select_option("[name=example]", label="Hostile")
    assert page.input_value("[name=target]") == "x"
    page.click("button")
    page.wait_for_selector("#result .text")
    assert page.locator("#result .text").inner_text().replace("↵", "").strip() == HOSTILE.strip()
    assert page.locator("img, #result script").count() == 0
    assert page.locator("#result h2").inner_text() == "x rather than y"


def test_a_mistake_is_told_beside_the_button(address, chromium):
    """Without the fixture `page`: the browser reports an answer with a status of 400 as an error."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    page.fill("[name=text]", "the sea")
    page.fill("[name=target]", "xy")
    page.click("button")
    page.locator("#status", has_text="is 2 tokens").wait_for()
    told = page.locator("#status").inner_text()
    assert told.startswith("The target 'xy' of the prompt on this page is 2 tokens; allowed is")
    context.close()


@pytest.mark.parametrize(
    ("body", "headers", "status", "sentence"),
    [
        (json.dumps(QUESTION), JSON, 200, '<div class="scope"'),
        (json.dumps(QUESTION), JSON | {"Host": "demo.example.org"}, 200, '<div class="scope"'),
        (json.dumps(QUESTION), JSON | {"Host": "evil.example.org"}, 400, "Invalid host header"),
        (json.dumps(QUESTION), {"Content-Type": "text/plain"}, 415, "The question is no JSON."),
        ("{", JSON, 400, "The question is no JSON."),
        ("[" * 100_000, JSON, 400, "The question is no JSON."),
        ("1" * 10_000, JSON, 400, "The question is no JSON"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), JSON, 400, "no JSON"),
        ('{"model": "tiny", "methods": ["semantic"], "text": "\\ud800"}', JSON, 400, "character"),
        (" " * (MOST_BYTES + 1), JSON, 413, "The question is too long."),
    ],
)
def test_only_bounded_questions_of_the_own_page_are_answered(
    address, body, headers, status, sentence
):
    found, text = ask(address, body, headers)
    assert (found, sentence in text) == (status, True), text


def test_another_host_name_does_not_get_the_page(address):
    assert ask(address, "", {"Host": "evil.example.org"}, "/")[0] == 400
    status, text = ask(address, "", {}, "/")
    assert status == 200
    assert "http" not in text.replace("http-equiv", "")
