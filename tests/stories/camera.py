"""A camera for Chromium, and things to hold before it: Chromium takes a film for its camera, read anew each time a page opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import barcode
import pytest
import segno
from barcode.charsets.ean import CODES
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page

from tests.stories.conftest import Launch

WIDTH, HEIGHT = 1280, 720
MODULE: Final = 4  # pixels of the narrowest bar; a book 15 cm from the lens has about as many
QUIET: Final = 12
UNSAFE: Final = "library.example"  # leads to this machine, but is no address that a browser trusts without https

_SETS_OF_5: Final = ("BBAAA", "BABAA", "BAABA", "BAAAB", "ABBAA", "AABBA", "AAABB", "ABABA", "ABAAB", "AABAB")


@dataclass(frozen=True, slots=True)
class Camera:
    """`film` is what Chromium's camera shows."""

    film: Path

    def show(self, *pictures: Image.Image) -> None:
        """Hold these before the lens, one below the other; a page sees them when it opens the camera next."""
        scene = Image.new("L", (WIDTH, HEIGHT), 168)  # a table
        heights = [picture.height for picture in pictures]
        gap = (HEIGHT - sum(heights)) // (len(pictures) + 1)
        top = gap
        for picture in pictures:
            scene.paste(picture, ((WIDTH - picture.width) // 2, top))
            top += picture.height + gap
        self._write(_photographed(scene))

    def _write(self, frame: Image.Image) -> None:
        """As YUV4MPEG2, grey; two frames, for one alone is no film."""
        colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
        film = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n".encode()
        self.film.write_bytes(film + (b"FRAME\n" + frame.tobytes() + colourless) * 2)


def printed(kind: str, text: str, *, height: int = 200) -> Image.Image:
    """A barcode as `python-barcode` draws it: code128, code39, codabar, itf."""
    made = barcode.get_barcode_class(kind)
    drawn = made(text, add_checksum=False) if kind == "code39" else made(text)
    return _bars("".join(drawn.build()), height)


def back_of_book(isbn: str, price: str = "") -> Image.Image:
    """EAN-13, and beside it the five digits of a price."""
    main = "".join(barcode.get_barcode_class("ean13")(isbn).build())
    return _bars(main + ("0" * 9 + _add_on(price) if price else ""), 220)


def square(text: str) -> Image.Image:
    """A QR code."""
    rows = [list(row) for row in segno.make(text, micro=False).matrix_iter(border=4)]
    small = Image.frombytes("L", (len(rows[0]), len(rows)), bytes(0 if dot else 255 for row in rows for dot in row))
    return small.resize((small.width * 8, small.height * 8), Image.Resampling.NEAREST)


def _add_on(digits: str) -> str:
    """EAN-5: the sets of which its digits are taken are the check, 3 and 9 by turns."""
    check = sum(int(digit) * (9 if place % 2 else 3) for place, digit in enumerate(digits)) % 10
    return "01011" + "01".join(CODES[of][int(digit)] for digit, of in zip(digits, _SETS_OF_5[check], strict=True))


def _bars(modules: str, height: int) -> Image.Image:
    label = Image.new("L", ((len(modules) + 2 * QUIET) * MODULE, height + 40), 250)
    pen = ImageDraw.Draw(label)
    for place, module in enumerate(modules):
        if module == "1":
            left = (QUIET + place) * MODULE
            pen.rectangle((left, 20, left + MODULE - 1, 20 + height), fill=20)
    return label


def _photographed(scene: Image.Image) -> Image.Image:
    """Held a little askew, not quite sharp, in poor light."""
    turned = scene.rotate(4, Image.Resampling.BICUBIC, fillcolor=168).filter(ImageFilter.GaussianBlur(0.8))
    grain = Image.frombytes("L", scene.size, Random(1).randbytes(WIDTH * HEIGHT))
    return Image.blend(turned, grain, 0.12)


# --- a browser with it ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    made = Camera(tmp_path_factory.mktemp("camera") / "film.y4m")
    made.show()
    return made


@pytest.fixture(scope="module")
def browser(launch: Launch, camera: Camera) -> Iterator[Browser]:
    """In the place of the other one, for a camera is there from the start or not at all."""
    started = launch(
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera.film}",
        f"--host-resolver-rules=MAP {UNSAFE} 127.0.0.1",
    )
    yield started
    started.close()


def hold(page: Page, camera: Camera, *pictures: Image.Image) -> None:
    """Hold these before the camera of a page that may use one, and open it: not before one that is still open, which might see them."""
    if page.locator("#camera").is_visible():
        page.locator("[data-camera-close]").click()
    camera.show(*pictures)
    page.context.grant_permissions(["camera"])
    page.locator("[data-camera]").click()


def is_on(page: Page) -> bool:
    """Whether the page holds the camera."""
    return bool(page.evaluate("document.querySelector('#camera video').srcObject?.active ?? false"))
