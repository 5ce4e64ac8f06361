"""Pictures of a match as one file: an animated GIF, or a video that every player knows (H.264 in MP4)."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, Protocol

from arena.errors import BadParameter, HostFault
from tournaments.reports.files import replacing
from web.exports.browser import require

__all__ = ["Shots", "durations_ms", "write_gif", "write_mp4"]

BEAT_MS: Final = 900
"""How long a frame stays at speed 1, as in the viewer."""
LOOK: Final = 4
"""How much longer the last frame stays, and every one that is worth a look."""
SPEEDS: Final = (0.1, 20.0)
"""The slowest speed and the fastest; above it viewers of GIF no longer keep time."""
FPS: Final = (10, 25)
"""Pictures a second of a video: enough for frames that stay a while, and for fast ones."""
_FAST_MS: Final = 200
"""Frames that stay for less are fast."""
_SAMPLES: Final = 6
"""Frames that the colours of a GIF are chosen from."""


class Shots(Protocol):
    """Whoever takes pictures of a match."""

    @property
    def count(self) -> int:
        """How many frames there are."""

    def shot(self, index: int) -> bytes:
        """The picture of a frame, as PNG."""


def durations_ms(count: int, marked: Collection[int], speed: float) -> list[int]:
    """How long each frame stays, in milliseconds, in steps of ten as GIF has them.

    Args:
        count: how many frames there are.
        marked: those that are worth a longer look.
        speed: 1 is the viewer's own.

    Raises:
        BadParameter: if the speed is out of range.
    """
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise BadParameter(f"expected a speed from {SPEEDS[0]:g} to {SPEEDS[1]:g}, got {speed!r}")
    looks = [LOOK if index in marked or index == count - 1 else 1 for index in range(count)]
    return [max(2, round(BEAT_MS * look / speed / 10)) * 10 for look in looks]


def write_gif(
    shots: Shots, size: tuple[int, int], durations: Sequence[int], path: Path, tell: Callable[[int], None]
) -> None:
    """Write an animated GIF that begins again at its end.

    Args:
        shots: who takes the pictures.
        size: pixels across and down.
        durations: how long each frame stays, in milliseconds.
        path: the file; one of that name is replaced.
        tell: called with the number of pictures taken, from time to time.

    Raises:
        MissingExtra: if Pillow is not installed.
        HostFault: if the browser fails.
    """
    image, gif = require("PIL.Image", "PIL.GifImagePlugin")
    del gif
    # One palette for all frames: where a picture stays the same, so do its bytes, and nothing flickers.
    places = sorted({round(place * (shots.count - 1) / (_SAMPLES - 1)) for place in range(_SAMPLES)})
    sample = image.new("RGB", (size[0], size[1] * len(places)))
    for row, index in enumerate(places):
        sample.paste(_opened(image, shots.shot(index), size), (0, row * size[1]))
    palette = sample.quantize(256, method=image.Quantize.MEDIANCUT)

    def taken() -> Iterator[Any]:
        for index in range(shots.count):
            whole = _opened(image, shots.shot(index), size)
            yield whole.quantize(palette=palette, dither=image.Dither.NONE)
            tell(index + 1)

    pictures = taken()
    first = next(pictures)
    with replacing(path) as beside:
        first.save(
            beside,
            format="GIF",
            save_all=True,
            append_images=pictures,
            duration=list(durations),
            loop=0,
            optimize=False,
            disposal=1,
        )


def write_mp4(
    shots: Shots, size: tuple[int, int], durations: Sequence[int], path: Path, tell: Callable[[int], None]
) -> None:
    """Write a video, H.264 with 10 pictures a second, or 25 where frames are fast.

    Args:
        shots: who takes the pictures.
        size: pixels across and down, both even.
        durations: how long each frame stays, in milliseconds.
        path: the file; one of that name is replaced.
        tell: called with the number of pictures taken, from time to time.

    Raises:
        MissingExtra: if Pillow or imageio-ffmpeg is not installed.
        HostFault: if the browser or the encoder fails.
    """
    image, ffmpeg = require("PIL.Image", "imageio_ffmpeg")
    fps = FPS[min(durations) < _FAST_MS]
    with replacing(path) as beside, _encoder(ffmpeg.get_ffmpeg_exe(), size, fps, beside) as film:
        elapsed = shown = 0
        for index, duration in enumerate(durations):
            data = _opened(image, shots.shot(index), size).tobytes()
            elapsed += duration
            # Rounding the sum and not each part keeps the length of the whole.
            until = max(shown + 1, round(elapsed * fps / 1000))
            for _ in range(until - shown):
                film.write(data)
            shown = until
            tell(index + 1)


@contextmanager
def _encoder(program: str, size: tuple[int, int], fps: int, path: Path) -> Iterator[IO[bytes]]:
    """Takes pictures, three bytes a pixel, and writes the video; FFmpeg does it."""
    reading = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "-")
    command = [program, "-y", "-v", "error", *reading, "-an", *_COLOURS, *_ENCODING, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None  # noqa: S101 -- it is a pipe
    try:
        with suppress(BrokenPipeError):  # its own words say why it ended
            yield process.stdin
        _, told = process.communicate()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        reason = told.decode(errors="replace").strip().partition("\n")[0]
        raise HostFault(
            f"ffmpeg failed with exit code {process.returncode}: {reason or 'it does not say why'}"
        )


_COLOURS: Final = (
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv",
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"),
)
"""Players take colours of large pictures for those of television (ITU-R BT.709); the file says so."""
_ENCODING: Final = (
    *("-c:v", "libx264", "-pix_fmt", "yuv420p"),
    *("-crf", "18", "-preset", "fast", "-tune", "animation", "-movflags", "+faststart"),
    # Neither the encoder's version nor the day is part of the file.
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", "-f", "mp4"),
)


def _opened(image: Any, data: bytes, size: tuple[int, int]) -> Any:
    """A picture in exactly this size; what was photographed may be a pixel larger."""
    with image.open(io.BytesIO(data)) as found:
        return found.convert("RGB").crop((0, 0, *size))
