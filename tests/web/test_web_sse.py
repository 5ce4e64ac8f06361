"""Events on the line: as the standard writes them, and a sign of life where nothing happens."""

from __future__ import annotations

import asyncio

from web.sse import PING, event_bytes
from web.tables.hub import Hub


def test_an_event_is_written_by_the_standard() -> None:
    event = event_bytes("state", '{"ply":3}', "7").decode()

    assert event.endswith("\n\n")
    fields = dict(line.split(": ", 1) for line in event.splitlines() if line)
    assert fields == {"event": "state", "id": "7", "retry": "2000", "data": '{"ply":3}'}


def test_a_sign_of_life_is_a_comment() -> None:
    assert PING.startswith(b":")
    assert PING.endswith(b"\n\n")


def test_silence_is_broken_by_a_sign_of_life_that_has_no_number() -> None:
    async def scene() -> list[bytes]:
        hub: Hub[bytes] = Hub()
        hub.say(b"one")
        heard: list[bytes] = []
        async for word in hub.listen(0, silence_s=0.01, sigh=PING):
            heard.append(word)
            if word == PING and heard.count(PING) == 2:
                hub.say(b"two")
                hub.close()
        return heard

    assert asyncio.run(scene()) == [b"one", PING, PING, b"two"]
