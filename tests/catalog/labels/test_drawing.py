"""Labels as they leave the printer: bars that a scanner reads, call numbers line by line, a font where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from catalog.labels import SHEETS, FontFace, FontMissing, Label, UndrawableBarcode, draw_labels, find_font
from catalog.labels.drawing import modules, spine_lines
from tests.conftest import missing


@pytest.fixture(scope="module")
def font() -> FontFace:
    try:
        return find_font()
    except FontMissing:
        missing("no Chinese font is installed (fonts-noto-cjk)")
        raise


@pytest.fixture(scope="module")
def reader() -> str:
    """The command that reads bars, and beside it the one that draws a PDF as a picture."""
    found = shutil.which("zbarimg")
    if found is None or shutil.which("pdftoppm") is None:
        missing("zbarimg and pdftoppm are not installed (zbar-tools, poppler-utils)")
    return str(found)


def scan(reader: str, pdf: bytes, folder: Path) -> list[str]:
    """What a scanner reads from the printed pages at 300 dots an inch."""
    (folder / "labels.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "300", "-png", "labels.pdf", "page"], cwd=folder, check=True)
    pages = sorted(path.name for path in folder.glob("page*.png"))
    told = subprocess.run([reader, "-q", "--raw", *pages], cwd=folder, capture_output=True, text=True, check=True)
    return told.stdout.split()


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "text.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", "text.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return told.stdout.decode()


@pytest.mark.zbar
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_scanner_reads_every_label(sheet: str, font: FontFace, reader: str, tmp_path: Path) -> None:
    if SHEETS[sheet].label[0] < 30:
        pytest.skip("a label for spines, too narrow for bars")
    barcodes = [f"ZG{n:08d}" for n in range(1, 6)]
    labels = [Label(barcode=one, title="平凡的世界", library="城关总馆") for one in barcodes]
    pdf = draw_labels(labels, kind="barcode", sheet=SHEETS[sheet], font=font)
    assert sorted(scan(reader, pdf, tmp_path)) == barcodes


@pytest.mark.zbar
def test_a_label_says_whose_book_it_is(font: FontFace, reader: str, tmp_path: Path) -> None:
    label = Label(barcode="B1", title="平凡的世界", call_number="I247.57/12:2", library="城关总馆")
    bars = draw_labels([label], kind="barcode", sheet=SHEETS["a4-3x8"], font=font)
    assert text_of(bars, tmp_path).split() == ["城关总馆", "平凡的世界", "B1"]
    spine = draw_labels([label], kind="spine", sheet=SHEETS["roll-25x38"], font=font)
    assert text_of(spine, tmp_path).split() == ["I247.57", "12", ":2", "城关总馆"]


@pytest.mark.zbar
def test_a_long_title_is_cut_and_a_long_class_made_small(font: FontFace, reader: str, tmp_path: Path) -> None:
    label = Label(
        barcode="B1", title="很长的题名" * 30, call_number="D922.182.1(276.5)-43/1234567:上", library="总馆" * 20
    )
    for kind in ("barcode", "spine"):
        pdf = draw_labels([label], kind=kind, sheet=SHEETS["a4-5x13"], font=font)
        assert "…" in text_of(pdf, tmp_path)


@pytest.mark.parametrize(
    ("call_number", "lines"),
    [
        ("I247.57/123", ["I247.57", "123"]),
        ("I247.57/123:2", ["I247.57", "123", ":2"]),
        ("I247.57/L78=3", ["I247.57", "L78", "=3"]),
        ("少儿 I287.7/3", ["少儿", "I287.7", "3"]),
        ("I247.57", ["I247.57"]),
        (None, []),
    ],
)
def test_a_spine_has_a_line_for_each_part(call_number: str | None, lines: list[str]) -> None:
    assert spine_lines(call_number) == lines


@pytest.mark.parametrize("barcode", ["条码", "B\u00e9"])
def test_bars_hold_no_han(barcode: str) -> None:
    with pytest.raises(UndrawableBarcode):
        modules(barcode)


def test_a_barcode_too_long_for_its_label_is_refused(font: FontFace) -> None:
    with pytest.raises(UndrawableBarcode):
        draw_labels([Label(barcode="ABCDEFGHIJ" * 4)], kind="barcode", sheet=SHEETS["roll-25x38"], font=font)


def test_without_a_font_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match=r"fonts-noto-cjk"):
        find_font(None, places=[str(tmp_path / "none.ttf")])
    with pytest.raises(FontMissing, match=r"TONGJIE_FONT"):
        find_font(str(tmp_path / "none.ttf"))
    (tmp_path / "broken.ttc").write_bytes(b"no font")
    with pytest.raises(FontMissing):
        find_font(str(tmp_path / "broken.ttc"))
