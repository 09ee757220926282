"""Makes a video anew: `remake_video.py look FILE` says what it is, `… make FILE VIDEO POSTER COVER` makes it.

Run by `catalogue.bounded_program`, never imported, as `remake_picture.py` is and for the same reasons. Needs
PyAV. What comes out is H.264 and AAC in MP4, which every browser plays.
"""

import contextlib
import json
import os
import sys
from fractions import Fraction
from itertools import pairwise
from typing import Any

LONGEST = 60.0
"""Seconds of a video."""
MOST_PIXELS = 9_000_000
"""Of a frame: 4K has 8.3 million."""
WIDEST = 1_280
MOST_FRAMES = 30
"""Frames a second; what has more loses some."""
MOST_READ = 240 * 62
"""Frames that are decoded at most, whatever the file says of time."""
POSTER_AT = 1.0
COVER_WIDTH = 320
COVER_HEIGHT = 406

CONTAINERS = {b"ftyp": "mov", b"EBML": "matroska"}
"""What a file begins with, and how it is read. Never guessed: a playlist would be followed."""
VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "libvpx", "libvpx-vp9", "mpeg4"})
AUDIO_CODECS = frozenset({"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "ac3", "alac"})


class Unfit(Exception):
    """What cannot be made anew, with words for the person. What libraries say of it names our own folders."""


def main() -> None:
    """Look at a video, or make it anew."""
    with contextlib.suppress(OSError):
        os.nice(10)
    what, *paths = sys.argv[1:]
    try:
        told = look(paths[0]) if what == "look" else make(*paths)
    except MemoryError:
        sys.exit("it needs too much memory")
    except Unfit as problem:
        sys.exit(str(problem)[:200])
    except Exception:
        sys.exit("it is broken, or of a kind that is not known here")
    print(json.dumps(told))


def _opened(path: str) -> Any:
    import av

    with open(path, "rb") as file:
        start = file.read(12)
    if start[4:8] == b"ftyp":
        container = CONTAINERS[b"ftyp"]
    elif start[:4] == b"\x1aE\xdf\xa3":
        container = CONTAINERS[b"EBML"]
    else:
        raise Unfit("it is not an MP4, MOV or WebM video")
    # No file names another file, and nothing is fetched.
    return av.open(path, format=container, options={"protocol_whitelist": "file"}, metadata_errors="ignore")


def look(path: str) -> dict[str, Any]:
    """How long and how large a video says that it is. Raises `Unfit`."""
    with _opened(path) as given:
        stream = _video_of(given)
        seconds = _said(given, stream)
        return {
            "width": stream.codec_context.width,
            "height": stream.codec_context.height,
            "seconds": seconds,
        }


def _video_of(given: Any) -> Any:
    if not given.streams.video:
        raise Unfit("there is no video in it")
    stream = given.streams.video[0]
    codec = stream.codec_context
    if codec.name not in VIDEO_CODECS:
        raise Unfit(f"it is a {codec.name[:20]} video; H.264, HEVC, VP8, VP9 and AV1 are taken")
    _require_size(codec.width, codec.height)
    if (seconds := _said(given, stream)) > LONGEST + 0.5:
        raise Unfit(f"it takes {seconds:,.0f} seconds, and at most {LONGEST:g} are taken")
    return stream


def _require_size(width: int, height: int) -> None:
    if min(width, height) < 16 or width * height > MOST_PIXELS or max(width, height) > 8_192:
        raise Unfit(f"its frames have {width:,} x {height:,} pixels; at most 4K is taken")


def _said(given: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, given.duration / 1_000_000) if given.duration else 0.0


def make(path: str, video: str, poster: str, cover: str) -> dict[str, Any]:
    """Write the video anew, a picture of it, and the same small. Raises `Unfit`."""
    import av

    with (
        _opened(path) as given,
        av.open(video, "w", format="mp4", options={"movflags": "+faststart"}) as made,
    ):
        stream = _video_of(given)
        stream.codec_context.thread_count = 2
        sound = next((one for one in given.streams.audio if one.codec_context.name in AUDIO_CODECS), None)
        return _Remaking(made, poster, cover).of(given, stream, sound)


class _Remaking:
    """One video on its way from one file to another."""

    def __init__(self, made: Any, poster: str, cover: str) -> None:
        self.made, self.poster, self.cover = made, poster, cover
        self.picture: Any = None
        self.stream: Any = None
        self.sound: Any = None
        self.resampler: Any = None
        self.graph: Any = None
        self.read = 0
        self.last = -1.0
        self.heard = 0.0

    def of(self, given: Any, stream: Any, sound: Any) -> dict[str, Any]:
        """Read everything, write it anew."""
        import av

        if sound is not None:
            self.sound = self.made.add_stream("aac", rate=44_100, layout="stereo")
            self.sound.bit_rate = 96_000
            self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=44_100)
        for packet in given.demux([one for one in (stream, sound) if one is not None]):
            # A cut-off end costs its last frames.
            with contextlib.suppress(av.InvalidDataError):
                for frame in packet.decode():
                    if packet.stream is stream:
                        self._show(frame)
                    else:
                        self._hear(frame)
        if self.stream is None:
            raise Unfit("no frame of it can be read")
        self._end()
        seconds = round(max(self.last, 0.0), 2)
        return {"width": self.stream.width, "height": self.stream.height, "seconds": seconds}

    def _end(self) -> None:
        for packet in self.stream.encode(None):
            self.made.mux(packet)
        if self.sound is not None:
            for frame in self.resampler.resample(None):
                self._mux_sound(frame)
            self._mux_sound(None)
        self._paint()

    def _show(self, frame: Any) -> None:
        self.read += 1
        _require_size(frame.width, frame.height)
        at = frame.time if frame.time is not None else self.last + 1 / MOST_FRAMES
        if self.read > MOST_READ or at > LONGEST + 0.5:
            raise Unfit(f"it takes longer than {LONGEST:g} seconds")
        if at < self.last + 1 / MOST_FRAMES - 0.002 and self.stream is not None:
            return
        frame = self._turned(frame)
        if self.stream is None:
            self._begin(frame)
        shown = frame.reformat(width=self.stream.width, height=self.stream.height, format="yuv420p")
        shown.pts, shown.time_base = round(max(at, 0.0) * 90_000), Fraction(1, 90_000)
        if at <= self.last:
            return
        self.last = at
        if self.picture is None or (at <= POSTER_AT):
            self.picture = shown.to_image()
        shown.pict_type = 0
        for packet in self.stream.encode(shown):
            self.made.mux(packet)

    def _turned(self, frame: Any) -> Any:
        """The frame as it is to be looked at: telephones film lying and say by how much to turn."""
        turn = round(getattr(frame, "rotation", 0) or 0) % 360
        if turn not in (90, 180, 270):
            return frame
        import av

        if self.graph is None:
            self.graph = av.filter.Graph()
            first = self.graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 90_000)
            )
            how = {90: ("cclock",), 270: ("clock",), 180: ("clock", "clock")}[turn]
            parts = [first, *(self.graph.add("transpose", one) for one in how), self.graph.add("buffersink")]
            for one, other in pairwise(parts):
                one.link_to(other)
            self.graph.configure()
        self.graph.push(frame)
        return self.graph.pull()

    def _begin(self, frame: Any) -> None:
        scale = min(1.0, WIDEST / max(frame.width, frame.height))
        self.stream = self.made.add_stream("libx264", rate=MOST_FRAMES)
        self.stream.width = max(2, int(frame.width * scale) // 2 * 2)
        self.stream.height = max(2, int(frame.height * scale) // 2 * 2)
        self.stream.pix_fmt = "yuv420p"
        self.stream.time_base = self.stream.codec_context.time_base = Fraction(1, 90_000)
        self.stream.codec_context.thread_count = 2
        self.stream.options = {"crf": "26", "preset": "veryfast", "profile": "high"}

    def _hear(self, frame: Any) -> None:
        self.heard += frame.samples / max(frame.sample_rate, 1)
        if self.heard > LONGEST + 1:
            return
        frame.pts = None
        for one in self.resampler.resample(frame):
            self._mux_sound(one)

    def _mux_sound(self, frame: Any) -> None:
        for packet in self.sound.encode(frame):
            self.made.mux(packet)

    def _paint(self) -> None:
        from PIL import Image, ImageOps

        self.picture.save(self.poster, "WEBP", quality=80, method=4)
        small = ImageOps.fit(self.picture, (COVER_WIDTH, COVER_HEIGHT), Image.Resampling.LANCZOS)
        small.save(self.cover, "WEBP", quality=78, method=4)


if __name__ == "__main__":
    main()
