"""Pictures and videos are made anew: nothing but what is seen and heard comes through."""

import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from dailypapers.community import media, remake_picture, remake_video
from dailypapers.community.access import Refused
from dailypapers.community.actions import add_media
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.submit import submit, take_back
from dailypapers.community.models.media import Medium
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.submissions import Submission
from tests.community.people import person
from tests.community.recordings import Upload, picture, turned, video
from tests.community.test_submissions import fresh
from tests.papers import hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go when a transaction has ended, which those of tests never do."""
    monkeypatch.setattr(transaction, "on_commit", lambda function: function())


def files() -> list[str]:
    """What lies in the folder of media, shorter names for their random part."""
    return sorted(
        path.name
        for folder in (media.folder(), media.incoming())
        for path in folder.iterdir()
        if path.is_file()
    )


def submitted(*uploads: Upload, **more: Any) -> Submission:
    return submit(person=person("alice"), record=fresh(), uploads=uploads, **more)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_becomes_webp_in_two_sizes(kind: str) -> None:
    submitted(Upload(picture(kind, (2_400, 1_200))), description="Half\u202e red\n")
    medium = Medium.objects.get()
    assert (medium.kind, medium.state, medium.description) == ("picture", "ready", "Half red")
    assert files() == [f"{medium.name}-cover.webp", f"{medium.name}.webp"]
    with Image.open(media.folder() / f"{medium.name}.webp") as whole:
        assert (whole.format, whole.size) == ("WEBP", (1_600, 800)) == ("WEBP", (medium.width, medium.height))
        red = whole.convert("RGB").getpixel((100, 100))
        assert isinstance(red, tuple)
        assert red[0] > 180 > 60 > red[1]
    with Image.open(media.folder() / f"{medium.name}-cover.webp") as cover:
        assert cover.size == (remake_picture.COVER_WIDTH, remake_picture.COVER_HEIGHT)


def test_what_a_camera_writes_into_a_picture_is_gone_but_how_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret Camera of Ada"
    exif.get_ifd(0x8825)[1] = "N"
    submitted(Upload(picture("JPEG", (200, 100), exif=exif, comment=b"<script>secret</script>")))
    medium = Medium.objects.get()
    assert (medium.width, medium.height) == (100, 200)
    written = (media.folder() / f"{medium.name}.webp").read_bytes()
    assert b"ecret" not in written
    assert b"EXIF" not in written


def test_a_second_document_behind_a_picture_does_not_come_through() -> None:
    polyglot = picture("GIF") + b"<script>alert(1)</script>" + b"PK\x03\x04 a zip %PDF-1.4"
    submitted(Upload(polyglot, "page.html"))
    written = (media.folder() / f"{Medium.objects.get().name}.webp").read_bytes()
    assert b"script" not in written
    assert b"PDF" not in written


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    submitted(Upload(picture(kind, mode=mode)))
    with Image.open(media.folder() / f"{Medium.objects.get().name}.webp") as made:
        assert made.mode == "RGB"
        if mode in ("RGBA", "LA"):
            assert made.getpixel((5, 5)) == (255, 255, 255), "what is see-through lies on white paper"


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge: a picture bomb."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "empty.png", "empty.png was not taken: it is empty"),
        (b"<html><script>alert(1)</script>", "cat.png", "cat.png was not taken: it is not a JPEG, PNG"),
        (SVG, "x.svg", "not a JPEG, PNG, WebP or GIF"),
        (b"%PDF-1.7", "x.jpg", "not a JPEG, PNG, WebP or GIF"),
        (png_that_claims(50_000, 50_000), "b.png", "it has 50,000 x 50,000 pixels, and at most 40,000,000"),
        (png_that_claims(6_000, 6_000), "b.png", "broken"),
        (picture("PNG", (4_000, 10)), "strip.png", "a strip of 4,000 x 10 pixels"),
        (picture("JPEG", (400, 400))[:900], "half.jpg", "broken"),
        (picture("TIFF"), "x.tiff", "not a JPEG, PNG, WebP or GIF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "x.png", "not a JPEG, PNG, WebP or GIF"),
        (b"GIF89a" + b"\xff" * 500, "x.gif", "not taken"),
        (b"\0\0\0\x20ftypavif" + b"\0" * 50, "x.avif", "not a JPEG, PNG, WebP or GIF"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 50, "x.mp4", "x.mp4 was not taken: it is broken"),
        (b"\x1aE\xdf\xa3" + b"\0" * 50, "x.webm", "x.webm was not taken: it is broken"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n", "x.mp4", "not a JPEG, PNG, WebP or GIF"),
        (b"\0\0\0\x20ftypisom\n#EXTM3U\nfile:///etc/passwd\n", "x.mp4", "it is broken"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(body: bytes, name: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        submitted(Upload(body, name))
    assert not Submission.objects.exists()
    assert files() == []


def test_files_are_counted_and_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="up to 4 pictures and videos; these are 5"):
        submitted(*[Upload(picture())] * 5)
    monkeypatch.setattr(media, "LARGEST_PICTURE", 1 << 20)
    monkeypatch.setattr(media, "LARGEST_VIDEO", 2 << 20)
    alice = person("alice2")
    for size, most in ((1.5, 1), (3, 2)):
        big = Upload(picture() + os.urandom(int(size * 2**20)))
        with pytest.raises(Refused, match=f"larger than {most} MB"):
            submit(person=alice, record=fresh(), uploads=[Upload(picture()), big])
    assert files() == [], "the picture before the one that was refused is gone too"


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PICTURE_TIME", 0.01)
    with pytest.raises(Refused, match="takes too long"):
        submitted(Upload(picture()))
    assert files() == []


def test_where_the_submission_is_refused_its_pictures_go_too() -> None:
    with pytest.raises(Refused, match="10,000 characters"):
        submitted(Upload(picture()), words="x" * 10_001)
    assert files() == []


def test_pictures_are_removed_by_whose_they_are_or_by_a_moderator_who_says_why() -> None:
    submitted(Upload(picture()), Upload(picture("GIF")))
    first, second = Medium.objects.order_by("pk")
    with pytest.raises(Refused, match="Only moderators"):
        add_media.remove(medium_id=first.pk, by=person("bob"))
    add_media.remove(medium_id=first.pk, by=first.person)
    assert files() == [f"{second.name}-cover.webp", f"{second.name}.webp"]
    moderator = person("mod", is_moderator=True)
    with pytest.raises(Refused, match="Say why"):
        add_media.remove(medium_id=second.pk, by=moderator)
    add_media.remove(medium_id=second.pk, by=moderator, reason="An advertisement")
    assert files() == []
    assert Decision.objects.get().kind == "remove-medium"
    with pytest.raises(Refused, match="gone already"):
        add_media.remove(medium_id=second.pk, by=moderator)


def test_a_submission_that_is_taken_back_and_a_person_who_leaves_take_their_files_along() -> None:
    made = submitted(Upload(picture()))
    assert made.person is not None
    take_back(paper_id=made.paper_id, by=made.person)
    assert (Medium.objects.count(), files()) == (0, [])
    submit(person=made.person, paper_id=made.paper_id, uploads=[Upload(picture())])
    leave(person=made.person)
    assert (Medium.objects.count(), files()) == (0, [])


def test_pictures_go_along_with_a_paper_that_is_joined_to_another() -> None:
    made = submitted(Upload(picture()))
    (older,) = hold(fresh(9, title="Another title of the same work"))
    Medium.objects.update(paper=made.paper)
    add_media.move(made.paper_id, older.pk)
    assert Medium.objects.get().paper == older


def test_files_that_no_row_names_are_swept() -> None:
    submitted(Upload(picture()))
    kept = files()
    for name in ("0" * 20 + ".webp", "." + "1" * 20 + ".mp4", "2" * 20 + "-cover.webp"):
        (media.folder() / name).write_bytes(b"x")
    (media.incoming() / ("3" * 20)).write_bytes(b"x")
    assert media.sweep() == 0, "what is new may be on its way"
    assert media.sweep(time.time() + media.STALE + 5) == 4
    assert files() == kept


def test_the_disk_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "ROOM_LEFT", 2**62)
    with pytest.raises(Refused, match="no room for pictures and videos"):
        submitted(Upload(picture()))
    assert submit(person=person("bob"), record=fresh(2)).pk, "without them it goes on"


needs_video = pytest.mark.skipif(not media.takes_videos(), reason="needs PyAV (the extra `video`)")


def probed(path: Path) -> dict[str, str]:
    import av

    with av.open(str(path)) as one:
        return {stream.type: stream.codec_context.name for stream in one.streams}


@needs_video
@pytest.mark.parametrize(
    ("name", "how", "streams"),
    [
        ("a.mp4", {"sound": "aac"}, {"video": "h264", "audio": "aac"}),
        ("b.webm", {"codec": "libvpx-vp9", "sound": "libopus"}, {"video": "h264", "audio": "aac"}),
        ("c.mov", {"size": (1_920, 1_080), "seconds": 0.2}, {"video": "h264"}),
    ],
)
def test_a_video_is_made_anew_by_the_worker(
    tmp_path: Path, name: str, how: dict[str, Any], streams: dict[str, str]
) -> None:
    submitted(Upload(video(tmp_path / name, **how), name))
    medium = Medium.objects.get()
    assert (medium.kind, medium.state) == ("video", "waiting")
    assert files() == [medium.name]
    assert add_media.make_waiting() == 1
    medium.refresh_from_db()
    assert (medium.state, medium.problem) == ("ready", "")
    assert files() == [f"{medium.name}-cover.webp", f"{medium.name}.mp4", f"{medium.name}.webp"]
    assert probed(media.folder() / f"{medium.name}.mp4") == streams
    assert max(medium.width, medium.height) <= 1_280
    assert medium.seconds == pytest.approx(how.get("seconds", 0.6) - 0.1, abs=0.05)
    assert add_media.make_waiting() == 0


@needs_video
def test_a_video_filmed_lying_is_shown_upright(tmp_path: Path) -> None:
    submitted(Upload(turned(video(tmp_path / "a.mp4", size=(160, 96)))))
    add_media.make_waiting()
    medium = Medium.objects.get()
    assert (medium.width, medium.height) == (96, 160)
    with Image.open(media.folder() / f"{medium.name}.webp") as poster:
        top, bottom = (poster.convert("RGB").getpixel((48, y)) for y in (2, 157))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[1] > 180 > 60 > bottom[1], "the bar that was on the left is above"


@needs_video
def test_new_accounts_add_pictures_only_and_few_videos_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = video(tmp_path / "a.mp4")
    new = person("new", joined=timezone.now())
    with pytest.raises(Refused, match="new accounts add pictures only"):
        submit(person=new, record=fresh(), uploads=[Upload(body)])
    submit(person=new, record=fresh(), uploads=[Upload(picture())])
    monkeypatch.setattr(media, "MOST_WAITING", 1)
    alice = person("alice")
    submit(person=alice, record=fresh(2), uploads=[Upload(body)])
    with pytest.raises(Refused, match="many videos wait"):
        submit(person=alice, record=fresh(3), uploads=[Upload(body)])


@needs_video
def test_a_video_is_looked_at_before_it_is_taken(tmp_path: Path) -> None:
    long = video(tmp_path / "long.mp4", seconds=62, rate=1)
    with pytest.raises(Refused, match=r"long\.mp4 was not taken: it takes 62 seconds, and at most 60"):
        submitted(Upload(long, "long.mp4"))
    assert files() == []


@needs_video
def test_half_a_video_shows_its_half_or_is_refused(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.webm", codec="libvpx-vp9", seconds=2)
    submitted(Upload(whole[: len(whole) // 2], "half.webm"))
    add_media.make_waiting()
    medium = Medium.objects.get()
    assert medium.state == "ready"
    assert medium.seconds < 1.9


@needs_video
def test_a_video_that_cannot_be_made_is_given_up_and_its_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(Upload(video(tmp_path / "a.mp4"), "a.mp4"))
    medium = Medium.objects.get()
    monkeypatch.setattr(media, "VIDEO_TIME", 0.01)
    add_media.make_waiting()
    medium.refresh_from_db()
    assert (medium.state, medium.problem) == ("failed", "it takes too long to be read")
    assert files() == []


@needs_video
def test_a_video_that_kills_the_worker_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(Upload(video(tmp_path / "a.mp4"), "a.mp4"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(media, "make_video", killed)
        for _ in range(add_media.MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                add_media.make_waiting()
    assert Medium.objects.get().state == "waiting"
    add_media.make_waiting()
    assert Medium.objects.get().state == "failed"
    assert files() == []


def test_without_the_extra_videos_are_refused_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "takes_videos", lambda: False)
    with pytest.raises(Refused, match="this site takes pictures only"):
        submitted(Upload(b"\0\0\0\x20ftypisom" + b"\0" * 50, "x.mp4"))


def test_the_two_programs_know_the_same_bounds() -> None:
    assert remake_video.LONGEST == media.LONGEST_VIDEO
    assert (remake_video.COVER_WIDTH, remake_video.COVER_HEIGHT) == (
        remake_picture.COVER_WIDTH,
        remake_picture.COVER_HEIGHT,
    )
