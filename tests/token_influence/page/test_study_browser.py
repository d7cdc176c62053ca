"""The page of a study in a browser: what people do with it. All tests share one page."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import watched
from studied_page import HOSTILE, many, results, tables, write_study

pytestmark = pytest.mark.long

ARMS = ["trained · intact", "trained · shuffled", "random · intact"]
WIDTHS = (1280, 820, 390)
BUDGET = 500  # ms of processor time; 60 to 120 are usual (docs/page.md)


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory: pytest.TempPathFactory):
    """The page and its address; at the end no error and no outside request may have come."""
    address = write_study(tmp_path_factory.mktemp("report"), results())
    allowed = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, permissions=allowed)
    with watched(context) as page:
        page.goto(address)
        yield page, address


def open_anew(page, address: str) -> None:
    """Load the page as one who was given its address; a change of the fragment alone loads nothing,
    and the page hears of it only after `goto` is back."""
    page.goto("about:blank")
    page.goto(address)


@pytest.fixture
def page(opened):
    """The page as it is at the beginning."""
    page, address = opened
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen", color_scheme="light")
    open_anew(page, f"{address}#scale=log-log")
    return page


def drawn(page) -> list[str]:
    """The names of the profiles in the plot."""
    return page.evaluate(
        "document.getElementById('plot').data.filter(t => t.showlegend).map(t => t.name)"
    )


def fragment(page) -> str:
    return page.evaluate("location.hash")


def test_profiles_are_picked_and_stand_in_the_address(page):
    assert drawn(page) == ARMS
    page.get_by_label(ARMS[1]).uncheck()
    assert drawn(page) == [ARMS[0], ARMS[2]]
    assert "arm=tiny/trained/poems/shuffled/true_logit" not in fragment(page)
    assert "arm=tiny/random/poems/intact/true_logit" in fragment(page)
    page.get_by_label(ARMS[1]).check()
    assert drawn(page) == [ARMS[0], ARMS[2], ARMS[1]]  # the others keep their colours
    page.locator("#filters select").first.select_option("random")
    assert page.locator("#arms label:visible").count() == 1
    page.locator("#filters select").first.select_option("")


def test_axes_band_and_residuals_change_the_plot(page):
    def axis(name: str) -> str:
        return page.evaluate(f"document.getElementById('plot').layout.{name}.type")

    page.select_option("[name=scale]", "semi-log")
    assert (axis("xaxis"), axis("yaxis")) == ("linear", "log")
    page.select_option("[name=scale]", "linear")
    assert (axis("xaxis"), axis("yaxis")) == ("linear", "linear")
    number = page.evaluate("document.getElementById('plot').data.length")
    page.select_option("[name=band]", "q25-q75")
    page.locator("[name=residuals]").check()
    more = page.evaluate("document.getElementById('plot').data.length")
    assert more == number + 2 * 3 + 2 * 2  # two edges of each band; both fits of two profiles


def test_a_range_brings_its_own_fits(page):
    page.select_option("[name=range]", "4..20")
    sweep = tables()["sweep"]
    (row,) = sweep[
        (sweep["order"] == "shuffled") & (sweep["range"] == "4..20") & (sweep["family"] == "power_law")
    ].to_dict("records")  # fmt: skip
    line = page.locator("#fits tbody tr", has_text=ARMS[1]).filter(has_text="power law")
    assert f"{float(format(row['p'], '.3g')):g} [" in line.inner_text()
    assert "range=4..20" in fragment(page)


def test_the_table_is_sorted_by_a_column(page):
    def exponents() -> list[float]:
        cells = page.locator("#fits tbody tr td:nth-child(3)").all_inner_texts()
        return [float(cell.split()[0]) for cell in cells if cell]

    page.get_by_role("button", name="p", exact=True).click()
    assert exponents() == sorted(exponents())
    assert page.locator("#fits th[aria-sort=ascending]").inner_text().startswith("p")
    page.keyboard.press("Enter")
    assert page.locator("#fits th[aria-sort=descending]").inner_text().startswith("p")
    assert exponents() == sorted(exponents(), reverse=True)
    assert len(exponents()) == 2  # of the random weights there is none


def test_a_shared_address_shows_the_same(opened, page):
    choice = "arm=tiny/random/poems/intact/true_logit&scale=linear&range=full&band=q05-q95"
    open_anew(page, f"{opened[1]}#{choice}&fits=exponential&residuals=yes&sort=gamma:down")
    assert drawn(page) == [ARMS[2]]
    for name, value in (("scale", "linear"), ("range", "full"), ("band", "q05-q95")):
        assert page.locator(f"[name={name}]").input_value() == value
    assert page.get_by_label("exponential").is_checked()
    assert not page.get_by_label("power law").is_checked()
    assert page.locator("[name=residuals]").is_checked()
    assert page.locator("#fits th[aria-sort=descending]").inner_text().startswith("γ")


def test_an_address_that_is_changed_changes_the_page(opened, page):
    page.goto(f"{opened[1]}#scale=linear")
    page.wait_for_function("document.querySelector('[name=scale]').value === 'linear'")


def test_an_address_with_mistakes_is_read_as_far_as_it_goes(opened, page):
    open_anew(
        page, f"{opened[1]}#arm=no/such/arm&scale=cubic&range=9..9&fits=line,power_law&band=%E0%A4"
    )
    assert drawn(page) == ARMS
    assert page.locator("[name=scale]").input_value() == "log-log"
    assert page.locator("[name=range]").input_value() == "1..30"


def test_the_table_is_downloaded_as_csv(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    found = pd.read_csv(io.StringIO(Path(download.value.path()).read_text()))
    decay = tables()["decay"]
    rows = decay[(decay["seed"] == "pooled") & (decay["range"] == "1..30")]
    assert len(found) == len(rows) == 9
    both = found.merge(rows, on=["weights", "order", "family"], suffixes=("", "_table"))
    assert both["p"].dropna().to_numpy() == pytest.approx(
        both.loc[both["p"].notna(), "p_table"].to_numpy(), rel=1e-4
    )
    assert both["identified"].eq(both["identified_table"]).all()


def test_the_table_is_copied_as_csv(page):
    page.get_by_role("button", name="Copy as CSV").click()
    page.locator("#copied", has_text="Copied.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == Path(download.value.path()).read_text()
    assert copied.count("\n") == 1 + 9


def test_the_plot_is_saved_as_svg(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the plot as SVG").click()
    assert download.value.suggested_filename == "profiles.svg"
    assert Path(download.value.path()).read_text().startswith("<svg")


def test_values_are_read_with_the_keyboard_and_by_pointing(page):
    median = tables()["profiles"].query("weights == 'trained' and order == 'intact'")["median"]
    page.locator("#distance").focus()
    page.keyboard.press("Home")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert page.locator("#at").inner_text() == "7"
    cell = page.locator("#values tbody tr").first.locator("td").first
    assert float(cell.inner_text()) == pytest.approx(median.iloc[7], rel=5e-3)
    page.locator("#plot .nsewdrag").first.hover()
    page.locator("#plot .hoverlayer text").first.wait_for()
    assert "r + 1 =" in page.locator("#plot .hoverlayer").text_content()


def test_words_are_shown_as_they_stand(page):
    assert page.locator("#prompts li a").inner_text() == HOSTILE
    assert page.locator("#run dd").first.inner_text() == HOSTILE
    assert page.locator("#run tbody tr").inner_text().split() == ["fit", "decay", "1", "1.5"]
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_of_fits_is_whole_but_on_a_phone(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    box = "document.getElementById('fits').parentElement"
    cut = page.evaluate(f"{box}.scrollWidth > {box}.clientWidth")
    assert cut == (width < 640)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.get_by_text("Each verdict and why").click()
    found = Axe().run(page).response["violations"]
    page.get_by_text("Each verdict and why").click()
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []


def test_it_is_printed_without_controls_and_with_what_was_folded(page):
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("#choices").is_hidden()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("docs/verdicts.md; the numbers").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.get_by_text("docs/verdicts.md; the numbers").is_hidden()


def test_a_script_that_slipped_in_does_not_run(chromium, tmp_path: Path):
    """Without `watched`, which fails on the error that the browser reports."""
    address = write_study(tmp_path, results())
    file = tmp_path / "index.html"
    page = file.read_text()
    file.write_text(page.replace("</main>", "<script>document.title = 'x'</script></main>"))
    context = chromium.new_context()
    slipped = context.new_page()
    slipped.goto(address)
    assert re.fullmatch(".* · Token Influence", slipped.title())
    context.close()


def test_two_hundred_profiles_are_handled_quickly(chromium, tmp_path: Path):
    address = write_study(tmp_path, many(200))
    with watched(chromium.new_context(viewport={"width": 1280, "height": 900})) as page:
        page.goto(address)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def busy() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")

        def cost(action: str) -> float:
            before = busy()
            shown = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
            page.evaluate(f"() => {{ {action}; return {shown} }}")
            return busy() - before

        change = "each.dispatchEvent(new Event('change', {bubbles: true}))"
        choose = (
            f"const each = document.querySelector('[name=scale]'); each.value = 'linear'; {change}"
        )
        costs = {
            "pick": cost("document.querySelectorAll('[name=arm]')[150].click()"),
            "axes": cost(choose),
            "residuals": cost("document.querySelector('[name=residuals]').click()"),
            "sort": cost("document.querySelector('#fits button').click()"),
        }
        assert page.locator("#arms input").count() == 201
        assert max(costs.values()) < BUDGET, costs
