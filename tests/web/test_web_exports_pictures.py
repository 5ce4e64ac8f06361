"""Pictures and videos of a match: as many frames as it has, in the size and for the time that were asked for."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_browser import chromium_page, wild_record

from arena.errors import BadParameter, HostFault
from web.exports import Camera, Look, durations_ms, match_page, write_gif, write_mp4

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="imageio-ffmpeg is not installed")


class Painted:
    """Takes pictures that have one colour each."""

    def __init__(self, count: int, size: tuple[int, int]) -> None:
        self._count = count
        self._size = size

    @property
    def count(self) -> int:
        return self._count

    def shot(self, index: int) -> bytes:
        data = io.BytesIO()
        # A pixel larger, as photographs may be.
        size = (self._size[0] + 1, self._size[1] + 1)
        Image.new("RGB", size, (200 - 20 * index, 40 + 20 * index, 90)).save(data, format="PNG")
        return data.getvalue()


def colours(path: Path) -> Iterator[tuple[int, tuple[int, int, int]]]:
    with Image.open(path) as found:
        for index in range(found.n_frames):
            found.seek(index)
            yield found.info["duration"], found.convert("RGB").getpixel((5, 5))


def told_by_ffmpeg(path: Path) -> str:
    done = subprocess.run(
        [ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path), "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_durations() -> None:
    """0.9 seconds at speed 1, four times that for marked frames and the last, in steps of 10 ms."""
    assert durations_ms(4, {1}, 1.0) == [900, 3600, 900, 3600]
    assert durations_ms(3, set(), 8.0) == [110, 110, 450]
    with pytest.raises(BadParameter, match=r"expected a speed from 0\.1 to 20, got 0"):
        durations_ms(3, set(), 0)
    with pytest.raises(BadParameter, match="got nan"):
        durations_ms(3, set(), float("nan"))


def test_a_gif_is_what_was_shot(tmp_path: Path) -> None:
    """Every frame once, in its colours, for its time, for ever; a second run gives the same bytes."""
    told: list[int] = []
    file = tmp_path / "x.gif"
    times = durations_ms(5, {2}, 2.0)
    for name in ("x.gif", "y.gif"):
        write_gif(Painted(5, (200, 160)), (200, 160), times, tmp_path / name, told.append)

    with Image.open(file) as found:
        assert (found.n_frames, found.size, found.info["loop"]) == (5, (200, 160), 0)
    for index, (duration, colour) in enumerate(colours(file)):
        assert duration == times[index]
        assert colour == pytest.approx((200 - 20 * index, 40 + 20 * index, 90), abs=4)
    assert told == [1, 2, 3, 4, 5] * 2
    assert file.read_bytes() == (tmp_path / "y.gif").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.gif", "y.gif"]


@pytest.mark.parametrize(("speed", "fps"), [(1.0, 10), (8.0, 25)])
def test_a_video_has_a_stream_of_its_length(tmp_path: Path, speed: float, fps: int) -> None:
    """H.264, yuv420p, the size asked for, as long as its frames together."""
    file = tmp_path / "x.mp4"
    times = durations_ms(4, {1}, speed)
    write_mp4(Painted(4, (320, 240)), (320, 240), times, file, lambda done: None)
    said = told_by_ffmpeg(file)

    assert re.search(r"Video: h264 .* yuv420p\(.*320x240", said), said
    assert f"{fps} fps" in said
    found = re.search(r"Duration: 00:00:(\d\d\.\d\d)", said)
    assert found
    assert float(found[1]) == pytest.approx(sum(times) / 1000, abs=1 / fps)


def test_an_encoder_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first words are the error."""
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('out of ideas')\n")
    program.chmod(0o755)
    monkeypatch.setattr(ffmpeg, "get_ffmpeg_exe", lambda: str(program))

    with pytest.raises(HostFault, match="ffmpeg failed with exit code 1: out of ideas"):
        write_mp4(Painted(3, (320, 240)), (320, 240), [900] * 3, tmp_path / "x.mp4", lambda done: None)
    assert [path.name for path in tmp_path.iterdir()] == ["ffmpeg"]


def test_a_match_as_a_gif(tmp_path: Path) -> None:
    """The camera shows every frame, drawn as large as it fits, in the theme asked for; agents' words do nothing."""
    with chromium_page():
        pass  # leaves the test out where there is no browser
    page = match_page("wild-1", wild_record(), view="public")
    look = Look(400, 300, "dark")
    with Camera(page, look) as camera:
        write_gif(
            camera,
            (400, 300),
            durations_ms(page.frames, page.marked, 4.0),
            tmp_path / "x.gif",
            lambda done: None,
        )
        first = camera.shot(0)
        assert first == camera.shot(0)
        assert first != camera.shot(3)

    with Image.open(tmp_path / "x.gif") as found:
        assert (found.n_frames, found.size) == (page.frames, (400, 300))
        corner = found.convert("RGB").getpixel((1, 298))
    assert max(corner) < 64


def test_a_browser_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, whatever the program is."""
    monkeypatch.setenv("ARENA_CHROMIUM", "/bin/false")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with (
        pytest.raises(HostFault, match="false failed: "),
        Camera(match_page("x", wild_record()), Look(400, 300)),
    ):
        pass
