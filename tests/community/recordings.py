"""Small pictures and videos, made for each test that wants one."""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **how: Any) -> bytes:
    """A picture whose left half is red."""
    image = Image.new(mode, size, "white" if mode == "RGB" else None)
    if mode == "RGB":
        image.paste((200, 20, 20), (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def video(
    path: Path,
    *,
    codec: str = "libx264",
    seconds: float = 0.6,
    rate: int = 10,
    size: tuple[int, int] = (64, 48),
    sound: str = "",
    container: str | None = None,
) -> bytes:
    """A video in which a bar moves."""
    import av
    import numpy as np

    with av.open(str(path), "w", format=container) as made:
        stream: Any = made.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        heard: Any = made.add_stream(sound, rate=48_000) if sound else None
        for number in range(int(seconds * rate)):
            pixels = np.zeros((size[1], size[0], 3), np.uint8)
            pixels[:, : number + 4, 1] = 220
            made.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        made.mux(stream.encode(None))
        if heard is not None:
            for start in range(0, int(seconds * 48_000), 1_024):
                silent = av.AudioFrame.from_ndarray(
                    np.zeros((2, 1_024), np.float32), format="fltp", layout="stereo"
                )
                silent.sample_rate, silent.pts = 48_000, start
                made.mux(heard.encode(silent))
            made.mux(heard.encode(None))
    return path.read_bytes()


def turned(recording: bytes) -> bytes:
    """An MP4 that is to be shown turned by a quarter to the right, as a telephone says of what it filmed."""
    body = bytearray(recording)
    matrix = body.index(b"tkhd") + 44
    body[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    return bytes(body)


@dataclass
class Upload:
    """A file as a form brings it."""

    body: bytes
    name: str | None = "figure.png"

    def chunks(self) -> Iterable[bytes]:
        """In pieces of 64 KB."""
        return (self.body[at : at + 65_536] for at in range(0, len(self.body), 65_536))
