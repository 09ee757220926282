"""Pictures and videos with a submission: sent with the form, shown on the paper's page, served for good."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from dailypapers.catalogue import hiding
from dailypapers.catalogue.clock import today
from dailypapers.community import media
from dailypapers.community.actions.add_media import make_waiting
from dailypapers.community.models.media import Medium
from dailypapers.community.models.submissions import Submission
from dailypapers.site import uploads
from tests.community.people import person, signed_in
from tests.community.recordings import picture, video
from tests.community.test_submissions import fresh
from tests.papers import hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared_site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCOUNTS = "open"
    monkeypatch.setattr(transaction, "on_commit", lambda function: function())


def send(client: Client, *files: SimpleUploadedFile, **more: str) -> int:
    form = {"paper": "2604.00001", "media": list(files), **more}
    return client.post("/submit/confirm", form).status_code


def png(name: str = "figure.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/png")


def test_a_picture_is_sent_shown_and_served_for_good() -> None:
    hold(fresh())
    client = signed_in(person("alice"))
    assert send(client, png(), description="Half <b>red") == 302
    medium = Medium.objects.get()
    page = Client().get("/papers/2604.00001").content.decode()
    assert f'<img src="/media/{medium.name}.webp" alt="Half &lt;b&gt;red" width="120" height="80"' in page
    assert "Remove</button>" not in page
    assert (
        f'src="/media/{medium.name}-cover.webp"' in Client().get(f"/papers/date/{today()}").content.decode()
    )
    for name in (f"{medium.name}.webp", f"{medium.name}-cover.webp"):
        served = Client().get(f"/media/{name}")
        assert served.status_code == 200
        assert served["Content-Type"] == "image/webp"
        assert served["Cache-Control"] == "public, max-age=31536000, immutable"
        assert served["X-Content-Type-Options"] == "nosniff"
        assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert b"".join(served.streaming_content)[:4] == b"RIFF"  # type: ignore[attr-defined]
    hiding.hide(medium.paper_id, "Not a paper", medium.created_at)
    assert Client().get(f"/media/{medium.name}.webp").status_code == 404


def test_pictures_of_others_are_not_removed_and_ones_own_are() -> None:
    hold(fresh())
    alice = signed_in(person("alice"))
    send(alice, png())
    medium = Medium.objects.get()
    address = f"/media/{medium.pk}/remove"
    assert Client().post(address)["Location"].startswith("/accounts/login/")
    assert signed_in(person("bob")).post(address).status_code == 403
    assert alice.get(address).status_code == 405
    assert signed_in(medium.person, enforce_csrf_checks=True).post(address).status_code == 403
    assert Medium.objects.exists()
    assert alice.post(address)["Location"] == "/papers/2604.00001"
    assert Client().get(f"/media/{medium.name}.webp").status_code == 404
    assert alice.post(address).status_code == 403


def test_what_cannot_be_taken_is_told_at_the_form_and_the_words_are_kept() -> None:
    hold(fresh())
    client = signed_in(person("alice"))
    wrong = SimpleUploadedFile("cat.png", b"<script>alert(1)</script>", "image/png")
    form = {"paper": "2604.00001", "words": "Look here", "description": "A cat", "media": [png(), wrong]}
    answer = client.post("/submit/confirm", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert (
        "cat.png was not taken: it is not a JPEG, PNG, WebP or GIF picture. Choose the files again." in page
    )
    assert "Look here</textarea>" in page
    assert 'value="A cat"' in page
    assert not Submission.objects.exists()
    assert list(media.folder().glob("*.webp")) == []


@pytest.mark.parametrize(
    "address",
    [
        "/media/../secret-key.webp", "/media/%2e%2e%2fsecret-key.webp", "/media/0123456789abcdef0123.webp",
        "/media/0123456789abcdef0123.html", "/media/incoming/0123456789abcdef0123",
    ],
)  # fmt: skip
def test_nothing_else_is_served(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_form_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(fresh())
    monkeypatch.setattr(uploads, "USUAL", 50_000)
    monkeypatch.setattr(uploads, "MOST", {"/submit/confirm": 100_000})
    client = signed_in(person("alice"))
    large = SimpleUploadedFile("large.png", picture() + b"\0" * 120_000, "image/png")
    answer = client.post("/submit/confirm", {"paper": "2604.00001", "media": [large]})
    assert answer.status_code == 400
    assert "choose fewer or smaller files" in answer.content.decode()
    for address in ("/votes/1", "/submit"):
        small = SimpleUploadedFile("x.png", b"\0" * 60_000, "image/png")
        assert client.post(address, {"file": small}).status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.skipif(not media.takes_videos(), reason="needs PyAV (the extra `video`)")
def test_a_video_waits_is_made_and_is_served_in_parts(tmp_path: Path) -> None:
    hold(fresh())
    alice = signed_in(person("alice"))
    body = video(tmp_path / "a.mp4")
    send(alice, SimpleUploadedFile("a.mp4", body, "video/mp4"))
    medium = Medium.objects.get()
    address = f"/media/{medium.name}.mp4"
    assert "A video is being prepared" in alice.get("/papers/2604.00001").content.decode()
    assert "A video is being prepared" not in Client().get("/papers/2604.00001").content.decode()
    assert Client().get(address).status_code == 404
    make_waiting()
    page = Client().get("/papers/2604.00001")
    assert f'<source src="{address}" type="video/mp4">' in page.content.decode()
    assert "media-src 'self'" in page["Content-Security-Policy"]
    whole = Client().get(address)
    served = b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("video/mp4", "bytes")
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, len(served) - 1),
        ("bytes=-10", len(served) - 10, len(served) - 1),
        ("bytes=5-999999999", 5, len(served) - 1),
    ):
        part = Client().get(address, headers={"Range": asked})
        assert part.status_code == 206
        assert part.content == served[first : last + 1]
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(served)}"
    for wrong in ("bytes=999999999-", "bytes=9-3", "bytes=-0"):
        assert Client().get(address, headers={"Range": wrong}).status_code == 416
    for other in ("bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=" + "9" * 400 + "-"):
        assert Client().get(address, headers={"Range": other}).status_code == 200
