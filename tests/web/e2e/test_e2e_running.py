"""Tournaments that run: started from the form, watched without a reload, stopped and resumed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from web_browsing import Visitor

LONG = {"game": "dhumbal(players=2)", "agents": ["greedy", "tuned"], "seconds": 300, "seed": 5}


def blocks(page: Page) -> int:
    """Blocks that the page says have been played."""
    said = page.locator(".progress .fact", has_text="Blocks").locator("dd").inner_text()
    return int(said.replace(",", ""))


def started(guest: Visitor) -> int:
    """A long tournament, started over the API as soon as no other one is being played."""
    for _ in range(100):
        answer = guest.page.request.post(
            guest.site.url("/api/v1/tournaments"),
            data=LONG,
            headers={"Authorization": f"Bearer {guest.site.token}"},
        )
        if answer.status != 409:
            break
        guest.page.wait_for_timeout(100)
    assert answer.status == 201, answer.text()
    number: int = answer.json()["id"]
    return number


@pytest.mark.slow
def test_started_from_the_form(guest: Visitor) -> None:
    page = guest.go("/start")
    submit = page.get_by_role("button", name="Start the tournament")
    expect(page.get_by_role("checkbox", checked=True)).not_to_have_count(0)
    while page.get_by_role("checkbox", checked=True).count():
        page.get_by_role("checkbox", checked=True).first.uncheck()
    submit.click()
    expect(page.locator(".form-end [role=alert]")).to_contain_text("Choose two agents or more")
    for name in ("greedy", "tuned"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("radio", name="After so many blocks").check()
    page.get_by_role("textbox", name="Blocks").fill("6")
    page.get_by_role("textbox", name="Seed").fill("3")
    expect(page.locator(".command code")).to_contain_text(re.compile("--agents greedy,tuned.* --blocks 6"))
    submit.click()
    expect(page.locator(".form-end [role=alert]")).to_contain_text("token")
    token = page.locator("input[type=password]")
    token.fill("arena_0_0")
    submit.click()
    expect(page.locator(".form-end [role=alert]")).to_contain_text("unknown, revoked or past its end")
    guest.forgive("401")
    token.fill(guest.site.token)
    submit.click()
    expect(page).to_have_url(re.compile(r"/tournaments/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finished", timeout=30_000)
    expect(page.locator(".tournament-ranking tbody tr")).to_have_count(2)
    expect(page.locator(".facts")).to_contain_text("6 blocks")


@pytest.mark.slow
def test_watched_while_it_runs_and_stopped(guest: Visitor) -> None:
    """The count of blocks rises and the ranking comes without a reload; who may stop it shows a token."""
    page = guest.page
    number = started(guest)
    guest.go(f"/tournaments/{number}")
    page.evaluate("window.loadedOnce = true")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Running")
    first = blocks(page)
    expect(page.locator(".progress .fact", has_text="Blocks").locator("dd")).not_to_have_text(f"{first:,}")
    assert blocks(page) > first
    expect(page.locator(".tournament-ranking tbody tr")).to_have_count(2)
    assert page.evaluate("window.loadedOnce") is True
    page.get_by_role("button", name="Stop").click()
    page.get_by_label("Token").fill(guest.site.token)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stopped", timeout=20_000)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert page.evaluate("window.loadedOnce") is True
