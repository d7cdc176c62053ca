"""The page of a prompt: what it holds, and how it behaves in a browser."""

from pathlib import Path

import pytest
from explained_prompts import HOSTILE, record

from token_influence.page.files import templates
from token_influence.page.prompts import method_words, prompt_page
from token_influence.page.render import write_page
from token_influence.scopes.asked import Asked

WIDTHS = (1200, 390)


def made(folder: Path, found: dict) -> str:
    write_page(prompt_page(templates(), found), folder / "prompt.html")
    return f"file://{folder}/prompt.html"


def test_methods_in_words():
    assert method_words(["fisher", "integrated_gradients-steps=5-weighted=True"]) == {
        "fisher": "Fisher",
        "integrated_gradients-steps=5-weighted=True": "integrated gradients, steps 5, weighted",
    }


def test_markup_in_a_prompt_is_text():
    shown = prompt_page(templates(), record(HOSTILE) | {"title": "<i>"})
    assert shown.count("<script>") == 1
    assert "<img" not in shown
    assert "<i>" not in shown.replace("<i>semantic", "").replace("<i>temperature", "").replace(
        "<i>Fisher", ""
    )


def test_a_page_without_script_shows_every_target(tmp_path: Path, chromium):
    address = made(tmp_path, record("the sea is", Asked(), Asked(before="sea")))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".text:visible").count() == 2
    assert page.locator(".text").first.inner_text() == "the sea is"
    context.close()


def test_pointing_at_a_token_and_moving_to_one_tell_its_number(tmp_path: Path, page):
    found = record("the sea")
    page.goto(made(tmp_path, found))
    scores = found["explanations"][0]["scores"]["semantic"]
    ranks = found["explanations"][0]["ranks"]["semantic"]
    tip = page.locator(".tip")
    assert tip.is_hidden()
    page.locator(".token").nth(4).hover()
    assert f"“s” · score {float(f'{scores[4]:.3g}')}".rstrip("0") in tip.inner_text()
    assert f"rank {ranks[4]} of 7 · distance 2" in tip.inner_text()
    page.locator("h1").hover()
    assert tip.is_hidden()
    page.locator("select").last.focus()
    page.keyboard.press("Tab")
    assert "“t”" in tip.inner_text()
    page.keyboard.press("ArrowRight")
    assert "“h”" in tip.inner_text()
    assert f"rank {ranks[1]} of 7 · distance 5" in tip.inner_text()


def test_method_shading_target_and_numbers_are_switched(tmp_path: Path, page):
    found = record("the sea is", Asked(expected=("the",)), Asked(before="sea"))
    page.goto(made(tmp_path, found))
    first, second = found["explanations"]
    token = page.locator(".token:visible").nth(2)

    def shade() -> float:
        return float(token.evaluate("element => element.style.getPropertyValue('--shade')"))

    assert shade() == first["shades"]["linear"]["semantic"][2]
    page.select_option("[name=method]", "fisher")
    assert shade() == first["shades"]["linear"]["fisher"][2]
    page.select_option("[name=scale]", "logarithmic")
    assert shade() == first["shades"]["logarithmic"]["fisher"][2]
    page.select_option("[name=target]", "1")
    assert shade() == second["shades"]["logarithmic"]["fisher"][2]
    assert page.locator("section.target:visible h2").inner_text().startswith("sea")
    page.select_option("[name=numbers]", "rank")
    assert token.get_attribute("data-number") == str(second["ranks"]["fisher"][2])
    before = token.evaluate("element => getComputedStyle(element).backgroundColor")
    page.select_option("[name=colours]", "orange")
    assert token.evaluate("element => getComputedStyle(element).backgroundColor") != before
    heights = page.locator(".token:visible").evaluate_all(
        "all => all.map(element => parseFloat(getComputedStyle(element).borderBottomWidth))"
    )
    darkest = max(range(6), key=lambda k: second["shades"]["logarithmic"]["fisher"][k])
    assert heights[darkest] == max(heights) > min(heights)
    assert page.locator(".map .cell").count() == 10 + 6


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_prompt_is_shown_as_text_and_fits_the_screen(tmp_path: Path, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(made(tmp_path, record(HOSTILE)))
    assert page.locator(".text").inner_text().replace("↵", "").strip() == HOSTILE.strip()
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_printed_page_has_the_text_and_no_controls(tmp_path: Path, page):
    page.goto(made(tmp_path, record("the sea")))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".controls").is_hidden()
    assert page.locator(".text").is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_the_policy_stops_a_script_that_slipped_in(tmp_path: Path, chromium):
    """Without the fixture `page`, which fails on the error that the browser reports."""
    address = made(tmp_path, record("the sea"))
    file = tmp_path / "prompt.html"
    file.write_text(
        file.read_text().replace("</main>", "<script>document.title='x'</script></main>")
    )
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    assert page.title() == "The sea · Token Influence"
    context.close()
