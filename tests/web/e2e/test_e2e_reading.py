"""From the home page to a match, by mouse and by keyboard; what a tournament's page tells; addresses that are none."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from web_browsing import Visitor, tab_to


def test_from_home_to_a_match_by_mouse(guest: Visitor) -> None:
    page = guest.go("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("how sure they are")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(5)
    page.get_by_role("link", name="Open").click()
    expect(page).to_have_url(re.compile(r"/tournaments/1$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tournament 1")
    page.locator("a[href^='/matches/1-0-']").first.click()
    expect(page).to_have_url(re.compile(r"/matches/1-0-"))
    expect(page.get_by_role("slider", name="Place in the match")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tournament 1")


def test_from_home_to_a_match_by_keyboard(guest: Visitor) -> None:
    page = guest.go("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "main a[href='/tournaments/1'], main a[href='/tournaments/1'] *")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tournaments/1$"))
    guest.settle()
    tab_to(page, "a[href^='/matches/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/matches/"))
    expect(page.get_by_role("slider")).to_be_visible()


def test_every_rank_and_score_is_an_interval(guest: Visitor) -> None:
    page = guest.go("/tournaments/1")
    table = page.locator(".tournament-ranking table")
    for row in table.locator("tbody tr").all():
        expect(row.locator(".rank")).to_have_text(re.compile(r"^\d(\u2013\d)?$"))
        expect(row.locator(".cell-score")).to_contain_text("±")
        expect(row.locator(".cell-score .interval")).to_have_attribute(
            "title", re.compile(r"coins/round, 95.% interval .+ to .+")
        )
    expect(page.locator(".tournament-head .lead")).to_contain_text("coins per round")
    expect(page.locator(".command code")).to_contain_text("arena tournament")


def test_sorting_a_column_changes_no_rank(guest: Visitor) -> None:
    page = guest.go("/tournaments/1")
    table = page.locator(".tournament-ranking table")

    def ranks() -> dict[str, str]:
        rows = table.locator("tbody tr").all()
        return {row.locator(".agent-name").inner_text(): row.locator(".rank").inner_text() for row in rows}

    before = ranks()
    table.get_by_role("button", name="Agent").click()
    assert list(ranks()) == sorted(before)
    assert ranks() == before
    expect(table.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")


def test_the_matrix_is_read_by_arrow_keys(guest: Visitor) -> None:
    page = guest.go("/tournaments/1")
    grid = page.get_by_role("grid")
    tab_to(page, "[data-cell]")
    page.keyboard.press("ArrowRight")
    told = page.locator(".matrix-detail")
    expect(told).to_contain_text(re.compile(r"95.%"))
    expect(told).to_contain_text("p ")
    expect(told).to_contain_text("blocks")
    before = told.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(told).not_to_have_text(before)
    expect(grid.locator("td:focus")).to_have_count(1)
    grid.locator("[data-cell='0-1']").hover()
    expect(grid.locator("td.marked")).to_have_attribute("data-cell", "0-1")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/nothing/here", "nothing"),
        ("/tournaments/99", "99"),
        ("/matches/9-9-9-9", "9-9-9-9"),
        ("/agents/gredy", "greedy"),
        ("/games/chess", "chess"),
        ("/play/t-nowhere", "no table here"),
    ],
)
def test_unknown_addresses_say_so_and_lead_on(guest: Visitor, path: str, told: str) -> None:
    page = guest.go(path)
    expect(page.locator("main")).to_contain_text(told, ignore_case=True)
    expect(page.get_by_role("link", name="Tournaments").first).to_be_visible()
    if path != "/nothing/here":
        guest.forgive("404")


def test_the_theme_is_switched_and_kept(guest: Visitor) -> None:
    page = guest.go("/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    button = page.get_by_role("button", name=re.compile("^Theme"))
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        button.click()
    page.wait_for_function(f"light => {ground} !== light", arg=light)
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.wait_for_function(f"light => {ground} !== light", arg=light)
