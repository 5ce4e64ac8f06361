"""A match, ply by ply: slider, clock, keys, the address, what is hidden, thoughts, comparison."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from web_browsing import MATCH, Visiting, Visitor, card_faces

OTHER = "1-0-3-3"
"""The same deal in another seating."""


@pytest.fixture
def page(guest: Visitor) -> Page:
    """The match from its start, as everybody saw it."""
    page = guest.go(f"/matches/{MATCH}?ply=0&view=public")
    expect(page.locator(".dt-card").first).to_be_visible()
    return page


def at(page: Page, ply: int) -> None:
    """Wait until the player shows a ply."""
    expect(page.locator(".pl-counter")).to_have_text(re.compile(rf"^ply {ply} of "))


def seen_by(page: Page, name: str) -> None:
    """Wait until the match is seen from a viewpoint, given by its button's title."""
    expect(page.get_by_role("button", name=name, pressed=True)).to_be_visible()


def test_the_slider_goes_through_the_match(page: Page) -> None:
    slider = page.get_by_role("slider", name="Place in the match")
    last = int(slider.get_attribute("max") or 0)
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert abs(int(slider.input_value()) - last / 2) <= 1
    slider.focus()
    page.keyboard.press("End")
    at(page, last)
    page.keyboard.press("ArrowLeft")
    at(page, last - 1)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^ply {last - 1} of {last}$"))


def test_the_clock_runs_as_fast_as_chosen_and_stops(page: Page) -> None:
    page.get_by_role("combobox", name="Speed").select_option("8")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".pl-counter")).to_have_text(re.compile(r"^ply ([3-9]|\d\d) of "))
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator(".pl-counter").inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".pl-counter").inner_text() == stopped
    page.get_by_role("button", name="To the start").click()
    at(page, 0)
    page.get_by_role("button", name="One ply on").click()
    at(page, 1)


def test_a_line_of_the_log_and_the_curves_lead_there(page: Page) -> None:
    page.keyboard.press("o")
    seen_by(page, "Open")
    page.locator(".pl-log").get_by_role("option").nth(6).click()
    at(page, 6)
    expect(page.locator(".pl-log").get_by_role("option", selected=True)).to_have_count(1)
    plot = page.locator(".pl-plot").bounding_box()
    assert plot is not None
    page.mouse.click(plot["x"] + plot["width"] - 9, plot["y"] + 30)
    expect(page.get_by_role("slider")).to_have_value(re.compile(r"^(39|4\d)$"))
    expect(page.locator("[role=status][aria-live=polite]").first).not_to_be_empty()


def test_every_key(page: Page) -> None:
    keys = page.keyboard
    keys.press("ArrowRight")
    at(page, 1)
    keys.press("ArrowLeft")
    at(page, 0)
    keys.press("Shift+ArrowRight")
    later = int(re.findall(r"\d+", page.locator(".pl-counter").inner_text())[0])
    assert later > 1
    keys.press("Home")
    at(page, 0)
    keys.press("End")
    at(page, 41)
    keys.press("Home")
    for _ in range(3):
        keys.press("ArrowUp")
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("8")
    keys.press("ArrowDown")
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("4")
    keys.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    keys.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    keys.press("2")
    seen_by(page, "As seat 2, tuned, sees it")
    keys.press("o")
    seen_by(page, "Open")
    keys.press("0")
    seen_by(page, "Public")
    keys.press("t")
    expect(page.get_by_role("button", name="Thoughts")).to_have_attribute("aria-expanded", "false")
    keys.press("?")
    help_ = page.get_by_role("dialog", name="Keys")
    expect(help_).to_contain_text("next turn of the same player")
    keys.press("ArrowRight")
    keys.press("Escape")
    expect(help_).to_have_count(0)
    keys.press("c")
    expect(page).to_have_url(re.compile(rf"/compare\?a={MATCH}"))


def test_the_address_holds_ply_and_viewpoint(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("3")
    expect(page).to_have_url(re.compile(r"\?ply=2&view=2$"))
    page.reload()
    at(page, 2)
    seen_by(page, "As seat 3, greedy, sees it")
    page.goto(page.url.replace("ply=2", "ply=17").replace("view=2", "view=open"))
    at(page, 17)
    seen_by(page, "Open")


def test_what_is_hidden_is_not_on_the_page(page: Page) -> None:
    """Backs for everybody, one hand for its player, every hand when all is open; hidden cards are nowhere in the document."""
    assert card_faces(page) == 0
    seen_by(page, "Public")
    closed = page.content()
    page.keyboard.press("1")
    seen_by(page, "As seat 1, random, sees it")
    expect(page.locator(".dt-hand .pc-face")).to_have_count(5)
    page.keyboard.press("o")
    expect(page.locator(".dt-hand .pc-face")).to_have_count(20)
    names = {
        card
        for seat in page.evaluate(
            "async (id) => (await (await fetch(`/api/v1/matches/${id}/frames?view=open&count=1`)).json())"
            ".items[0].scene.data.seats",
            MATCH,
        )
        for card in seat["cards"]
    }
    assert len(names) == 20
    said = page.locator(".pl-log").inner_text()
    assert [name for name in names if name in closed and name not in said] == []
    page.keyboard.press("0")
    expect(page.locator(".dt-hand .pc-face")).to_have_count(0)


def test_thoughts_follow_the_ply(page: Page) -> None:
    """They are told where all is open only, or of one's own seat: they give hands away."""
    expect(page.get_by_role("region", name="Thoughts", exact=True)).to_contain_text("hidden from this view")
    page.keyboard.press("o")
    seen_by(page, "Open")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Home")
    thoughts = page.get_by_role("region", name="Thoughts", exact=True)
    expect(thoughts).to_contain_text("aggressive")
    expect(thoughts).to_contain_text("discard Q♣ Q♦")
    expect(thoughts).to_contain_text("hand value")
    page.keyboard.press("ArrowRight")
    expect(thoughts).to_contain_text("take 5♣")
    page.keyboard.press("End")
    expect(thoughts).to_contain_text("The match is over")


def test_two_matches_side_by_side(guest: Visitor) -> None:
    page = guest.go("/compare")
    page.get_by_role("textbox", name="Match A").fill(MATCH)
    page.get_by_role("textbox", name="Match B").fill(OTHER)
    page.get_by_role("button", name="Compare").click()
    told = page.get_by_text("They differ first at ply")
    expect(told).to_be_visible()
    expect(page.locator(".pl-stages .pl-side")).to_have_count(2)
    mark = page.get_by_role("list", name="Marks").locator(".pl-mark[title^='first difference']")
    expect(mark).to_have_count(1)
    place = re.findall(r"ply (\d+)", mark.get_attribute("title") or "")[0]
    page.get_by_role("button", name="Go there").click()
    at(page, int(place))
    expect(page).to_have_url(re.compile(rf"[?&]ply={place}&"))
    before = page.url
    page.reload()
    at(page, int(place))
    assert page.url == before


def test_one_match_as_two_seats_saw_it(guest: Visitor) -> None:
    page = guest.go(f"/compare?a={MATCH}&b={MATCH}&va=0&vb=1")
    expect(page.get_by_text("Both matches went the same way")).to_be_visible()
    sides = page.locator(".pl-side")
    for side in sides.all():
        expect(side.locator(".dt-hand .pc-face")).to_have_count(5)
    first, second = (side.locator(".dt-hand .pc-face").all_text_contents() for side in sides.all())
    assert first != second


def test_a_match_from_a_narrow_screen(visiting: Visiting) -> None:
    """By touch alone: the controls are large enough for fingers."""
    guest = visiting(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = guest.go(f"/matches/{MATCH}")
    page.get_by_role("button", name="One ply on").tap()
    at(page, 1)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main select, main summary")]
          .map((one) => [one.textContent || one.ariaLabel, one.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.height < 40 || box.width < 40))
          .map(([name]) => name)"""
    )
    assert small == []
