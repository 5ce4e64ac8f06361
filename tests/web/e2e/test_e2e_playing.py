"""A person plays: by mouse, and by keyboard alone with a reload in between; what is kept of it, and its deletion."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from web_browsing import Visitor, offences

MOVES = 60
"""Moves of a person in one round at most."""


def sit_down(guest: Visitor) -> Page:
    """At a table for two with one round to play, where one may call at 10, on the first seat."""
    page = guest.go("/play")
    page.get_by_label(re.compile("^Players")).select_option("2")
    page.get_by_label(re.compile("^Rules")).select_option("np10")
    page.get_by_label(re.compile("^Length")).select_option("1")
    page.get_by_label(re.compile("Who sits on seat")).select_option("greedy")
    page.get_by_role("button", name="Sit down").click()
    expect(page).to_have_url(re.compile(r"/play/[^/]+$"))
    return page


def wait(page: Page) -> bool:
    """Wait for one's turn or for the end; whether it is one's turn."""
    turn = page.locator(".dt-bar .dt-confirm")
    expect(turn.or_(page.locator(".ending")).first).to_be_visible()
    return page.locator(".ending").count() == 0


def moves(page: Page) -> int:
    """Moves in the log."""
    return page.locator(".table-log li").count()


def click_a_move(page: Page) -> None:
    """Call where that is possible, throw the first card, or take from the stock; then confirm."""
    call = page.locator(".dt-bar").get_by_role("button", name=re.compile("^Call"))
    stock = page.locator("button.dt-card.dt-stock, button.dt-card[aria-label='Take from the stock']")
    if call.count():
        call.click()
    elif stock.count():
        stock.first.click()
    else:
        page.locator("button.dt-hand").first.click()
    page.locator(".dt-confirm").click()


def press_a_move(page: Page) -> None:
    """The same by keys."""
    for key in ("c", "s", "1"):
        page.keyboard.press(key)
        if page.locator(".dt-confirm:enabled").count():
            break
    page.keyboard.press("Enter")


def play_on(page: Page, move: Callable[[Page], None], count: int = MOVES) -> None:
    """Make so many moves, or play to the end."""
    for _ in range(count):
        if not wait(page):
            return
        before = page.locator("[data-scene]").inner_text()
        move(page)
        expect(page.locator("[data-scene]")).not_to_have_text(before)


def checked(guest: Visitor) -> None:
    """The page as it stands offends nobody and fits a small screen."""
    page = guest.page
    assert offences(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert guest.overflow() == []
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.slow
def test_a_round_by_mouse_is_kept_and_deleted(guest: Visitor) -> None:
    """To the end; the record is marked as a person's, is watched from one's seat, and is gone when its player says so."""
    page = sit_down(guest)
    assert wait(page)
    assert page.locator("button.dt-hand .pc-face").count() == 5, "one's own hand"
    assert page.locator(".dt-hand .pc-face").count() <= 6, "and at most the card that the rival took openly"
    checked(guest)
    play_on(page, click_a_move)
    ending = page.locator(".ending")
    expect(ending).to_contain_text(re.compile("You (win|lose)|A draw"))
    expect(ending.locator(".advice")).to_contain_text(
        re.compile(r"agree in \d+ of \d+ decisions?"), timeout=20_000
    )
    checked(guest)
    replay = ending.get_by_role("link", name="Watch the replay")
    match = re.findall(r"h-\w+", replay.get_attribute("href") or "")[0]
    detail = page.request.get(guest.site.url(f"/api/v1/matches/{match}")).json()
    assert detail["human"] is True
    assert [seat["name"] for seat in detail["seats"]] == ["you", "greedy"]
    replay.click()
    expect(page.get_by_role("slider")).to_be_visible()
    page.go_back()
    page.goto(guest.site.url("/play"))
    mine = page.locator(".own-matches")
    expect(mine).to_contain_text("against greedy")
    mine.get_by_role("button", name="Delete").click()
    mine.get_by_role("button", name="Delete for good").click()
    expect(mine).to_have_count(0)
    assert page.request.get(guest.site.url(f"/api/v1/matches/{match}")).status == 410


@pytest.mark.slow
def test_a_round_by_keyboard_with_a_reload(guest: Visitor) -> None:
    """No mouse at all; a reload in the middle leads back to the same seat and the same moves."""
    page = sit_down(guest)
    page.mouse.move(0, 0)
    play_on(page, press_a_move, 2)
    if wait(page):
        before = page.locator("[data-scene]").inner_text()
        page.reload()
        expect(page.locator("[data-scene]")).to_have_text(before)
        play_on(page, press_a_move)
    expect(page.locator(".ending")).to_contain_text(re.compile("You (win|lose)|A draw"))
    assert page.evaluate("document.title") == "Dhumbal · agent-arena"
