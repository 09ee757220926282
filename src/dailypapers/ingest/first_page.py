"""Renders the first page of a PDF: read on standard input, written as WebP to standard output.

Run by `catalogue.bounded_program`, never imported: PDFs from outside crash renderers. It ends with status 1
and a sentence on standard error when the page cannot be rendered.
"""

import io
import sys

LARGEST_SIDE = 15_000
"""Points: a page of five metres. Acrobat stops at 14,400."""
MOST_UNEVEN = 4.0


def main() -> None:
    """Render what stands on standard input, as wide as the first argument says."""
    width = int(sys.argv[1])
    pdf = sys.stdin.buffer.read()
    try:
        picture = render(pdf, width)
    except MemoryError:
        sys.exit("the first page needs too much memory")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}"[:300])
    sys.stdout.buffer.write(picture)


def render(pdf: bytes, width: int) -> bytes:
    """The first page as WebP, `width` pixels wide."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    if len(document) < 1:
        raise ValueError("the document has no pages")
    page = document[0]
    across, down = page.get_size()
    if not (1 <= across <= LARGEST_SIDE and 1 <= down <= LARGEST_SIDE):
        raise ValueError(f"the first page measures {across:.0f} x {down:.0f} points")
    if max(across, down) > MOST_UNEVEN * min(across, down):
        raise ValueError(f"the first page is a strip of {across:.0f} x {down:.0f} points")
    bitmap = page.render(scale=width / across, draw_annots=False, may_draw_forms=False)
    image = bitmap.to_pil().convert("RGB")
    written = io.BytesIO()
    image.save(written, "WEBP", quality=72, method=6)
    return written.getvalue()


if __name__ == "__main__":
    main()
