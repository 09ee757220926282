"""Makes a picture anew: read from the first file, written as WebP to the second and, small, to the third.

Run by `catalogue.bounded_program`, never imported: pictures from outside crash decoders. Nothing of the file
but its pixels comes through: no metadata, no second document behind it. It ends with status 1 and a sentence
for the person on standard error when the picture cannot be made; else it says its size as JSON.
"""

import contextlib
import json
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
"""Looked at before a pixel is decoded: 40 million are what a good camera takes, and 120 MB."""
WIDEST = 1_600
COVER_WIDTH = 320
COVER_HEIGHT = 406
MOST_UNEVEN = 20


class Unfit(Exception):
    """What cannot be made anew, with words for the person. What libraries say of it names our own folders."""


def main() -> None:
    """Make what the first argument names anew."""
    given, whole, cover = sys.argv[1:4]
    try:
        size = remake(given, whole, cover)
    except MemoryError:
        sys.exit("it needs too much memory")
    except Unfit as problem:
        sys.exit(str(problem)[:200])
    except Exception:
        sys.exit("it is broken, or not a JPEG, PNG, WebP or GIF picture")
    print(json.dumps({"width": size[0], "height": size[1]}))


def remake(given: str, whole: str, cover: str) -> tuple[int, int]:
    """Write both pictures; gives the size of the larger one. Raises `Unfit`."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # We look ourselves, and refuse where it would warn.
    warnings.simplefilter("ignore")
    try:
        image: Image.Image = Image.open(given, formats=FORMATS)
    except UnidentifiedImageError:
        raise Unfit("it is not a JPEG, PNG, WebP or GIF picture") from None
    across, down = image.size
    if across * down > MOST_PIXELS:
        raise Unfit(f"it has {across:,} x {down:,} pixels, and at most {MOST_PIXELS:,} are taken")
    if min(across, down) < 1 or max(across, down) > MOST_UNEVEN * min(across, down):
        raise Unfit(f"it is a strip of {across:,} x {down:,} pixels")
    image.draft("RGB", (2 * WIDEST, 2 * WIDEST))  # A large JPEG is decoded smaller.
    image.load()
    image = ImageOps.exif_transpose(image)
    image = _on_white(_in_srgb(image))
    image.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    image.save(whole, "WEBP", quality=82, method=4)
    small = ImageOps.fit(image, (COVER_WIDTH, COVER_HEIGHT), Image.Resampling.LANCZOS)
    small.save(cover, "WEBP", quality=78, method=4)
    return image.size


def _in_srgb(image: "Image.Image") -> "Image.Image":
    """The picture in the colours of the web, where it says that it has others."""
    import io

    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        with contextlib.suppress(Exception):  # A wrong profile costs its colours, not the picture.
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            return turned or image
    return image


def _on_white(image: "Image.Image") -> "Image.Image":
    """Figures are drawn for white paper: see-through ones would be black on black at night."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        sheet = Image.new("RGB", image.size, "white")
        sheet.paste(image, mask=image.getchannel("A"))
        return sheet
    if image.mode.startswith(("I", "F")):
        # Sixteen bits a pixel become eight by their order, not by cutting them off.
        image = image.convert("F")
        extrema = image.getextrema()
        low, high = (float(one) for one in extrema if not isinstance(one, tuple))
        span = max(high - low, 1.0)
        image = image.point(lambda value: (value - low) * 255.0 / span)
    return image.convert("RGB")


if __name__ == "__main__":
    main()
