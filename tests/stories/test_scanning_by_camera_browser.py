"""Scanning with the camera in a real Chromium, which on Linux cannot read barcodes by itself: what is shipped reads them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN, make_bib
from tests.purchasing.county import ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.stories.barriers import barriers, sticks_out
from tests.stories.camera import UNSAFE, Camera, back_of_book, hold, is_on, printed, square
from tests.stories.camera import browser as browser
from tests.stories.camera import camera as camera
from tests.stories.conftest import Visitors, log_in
from tests.stories.one_database import database_url as database_url
from tests.stories.test_choosing_in_the_browser import ALWAYS, copy_from_book, expect_word
from tests.stories.test_choosing_in_the_browser import counter as counter

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def reader(shops: Shops, desk: Desk, visitors: Visitors) -> Page:
    """Reader P0002 with a phone, at the question what may be chosen."""
    shops.programme(**ALWAYS)
    desk.add_patron("P0002", pin=PIN)
    page = visitors()
    page.set_viewport_size(PHONE)
    log_in(page, "P0002", PIN)
    page.goto("/choose")
    return page


@pytest.fixture
def volunteer(desk: Desk, visitors: Visitors) -> Page:
    """At the village point with a phone, about to take books back."""
    desk.staffed(("volunteer", desk.county.point), username="zhi")
    page = visitors()
    page.set_viewport_size(PHONE)
    log_in(page, "zhi")
    page.goto("/desk/village")
    page.locator("[data-key=F2]").click()
    expect(page.locator("[data-key=F2]")).to_have_attribute("aria-pressed", "true")
    return page


def expect_camera_says(page: Page, text: str) -> None:
    expect(page.locator("[data-camera-said]")).to_contain_text(text)


def test_a_clerk_shows_card_book_and_label_to_the_camera(
    counter: Page, camera: Camera, desk: Desk, shops: Shops
) -> None:
    hold(counter, camera, square("P0001"))
    expect(counter.locator("[data-part=reader]")).to_contain_text("可以借")
    expect(counter.locator("[data-camera-close]")).to_be_focused()
    hold(counter, camera, back_of_book(ISBN, "05970"))
    expect_word(counter, "请照书填写")
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    hold(counter, camera, printed("code128", "NX000007"))
    expect_word(counter, "已借出")
    assert is_on(counter)  # for the next one
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 5970)


def test_a_label_in_the_same_picture_as_the_isbn_buys_nothing_by_itself(
    counter: Page, camera: Camera, desk: Desk
) -> None:
    """Else the book would be lent before anybody had read whether it may be bought."""
    hold(counter, camera, square("P0001"))
    expect(counter.locator("[data-part=reader]")).to_contain_text("可以借")
    hold(counter, camera, back_of_book(ISBN), printed("code128", "NX000007"))
    expect(counter.locator("[data-part=state] [name=isbn]")).to_have_value(ISBN)
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    counter.wait_for_timeout(3000)
    assert desk.open_loans() == 0


def test_a_reader_asks_for_a_book_with_their_phone(reader: Page, camera: Camera) -> None:
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    assert not [url for url in asked if "vendor" in url]
    hold(reader, camera, back_of_book(ISBN, "05970"))
    expect(reader.locator("#answer")).to_be_visible()
    expect(reader.locator("#answer")).to_be_focused()  # a screen reader begins there
    fetched = [urlsplit(url) for url in asked]
    assert {"127.0.0.1"} == {url.hostname for url in fetched}
    assert sorted(url.path.rsplit("/", 1)[1] for url in fetched if "vendor" in url.path) == [
        "zxing_reader.js",
        "zxing_reader.wasm.gz",
    ]


def test_a_reader_finds_a_book_by_its_barcode_and_holds_it(
    visitors: Visitors, camera: Camera, desk: Desk, app: Flask
) -> None:
    bib_id = desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN))
    desk.add_item("B0002", desk.county.hub, bib_id=bib_id)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    reader = visitors()
    reader.set_viewport_size(PHONE)
    reader.goto("/")
    hold(reader, camera, back_of_book(ISBN))
    reader.wait_for_url(f"**/search?q={ISBN}*")
    reader.get_by_role("main").get_by_role("link", name="红楼梦").first.click()
    expect(reader.get_by_role("main").get_by_role("link", name="预约").first).to_be_visible()


def test_a_volunteer_takes_books_back_with_a_phone(volunteer: Page, camera: Camera, desk: Desk) -> None:
    """Each kind of label once, however long it stays before the lens; the ISBN beside the label is not asked for."""
    for kind, label, pictures in (
        ("code39", "B0001", [printed("code39", "B0001")]),
        ("codabar", "40123", [printed("codabar", "A40123B")]),
        ("code128", "B0003", [back_of_book(ISBN), printed("code128", "B0003")]),
        ("code39", "B0004", [back_of_book(ISBN), printed("code39", "B0004", height=120)]),
    ):
        if label != "B0001":
            desk.add_item(label)
        desk.check_out(label)
        hold(volunteer, camera, *pictures)
        expect(volunteer.locator("[data-part=said]")).to_contain_text("已还", timeout=20_000)
        volunteer.wait_for_timeout(2500)
        assert desk.open_loans() == 0, kind
    assert desk.acts().count("checked_in") == 4
    expect(volunteer.locator("[data-camera-close]")).to_be_focused()


def test_the_panel_takes_the_focus_and_gives_it_back(reader: Page, camera: Camera) -> None:
    hold(reader, camera)  # nothing to read
    expect(reader.locator("[data-camera]")).to_have_attribute("aria-expanded", "true")
    expect(reader.locator("[data-camera-close]")).to_be_focused()
    expect_camera_says(reader, "相机开着")
    expect(reader.locator("[data-camera-said]")).to_have_role("status")
    expect(reader.locator("[data-camera-light]")).to_be_hidden()  # this camera has none
    assert is_on(reader)
    assert barriers(reader) == []
    assert not sticks_out(reader)
    reader.keyboard.press("Escape")
    expect(reader.locator("#camera")).to_be_hidden()
    expect(reader.locator("[data-camera]")).to_be_focused()
    expect(reader.locator("[data-camera]")).to_have_attribute("aria-expanded", "false")
    assert not is_on(reader)


def test_what_is_not_read_is_helped_and_in_the_end_the_camera_goes_off(reader: Page, camera: Camera) -> None:
    reader.clock.install()
    hold(reader, camera)
    expect_camera_says(reader, "相机开着")
    reader.clock.fast_forward(9_000)
    expect_camera_says(reader, "约 15 厘米")
    reader.clock.fast_forward(120_000)
    expect_camera_says(reader, "相机已关，省电")
    assert not is_on(reader)
    camera.show(back_of_book(ISBN))
    reader.locator("[data-camera]").click()
    expect(reader.locator("#answer")).to_be_visible()


def test_the_camera_goes_off_with_the_page_out_of_sight(reader: Page, camera: Camera) -> None:
    hold(reader, camera)
    expect_camera_says(reader, "相机开着")
    reader.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => true}); document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect_camera_says(reader, "离开了本页")
    assert not is_on(reader)


def test_the_light_is_offered_where_the_camera_has_one(reader: Page, camera: Camera) -> None:
    reader.evaluate(
        """() => {
        MediaStreamTrack.prototype.getCapabilities = () => ({torch: true});
        MediaStreamTrack.prototype.applyConstraints = async (asked) => { window.torch = asked.advanced[0].torch; };
        }"""
    )
    hold(reader, camera)
    light = reader.locator("[data-camera-light]")
    for on in (True, False):
        light.click()
        expect(light).to_have_attribute("aria-pressed", str(on).lower())
        assert reader.evaluate("window.torch") is on


def test_a_browser_that_may_not_use_the_camera_says_what_to_do(reader: Page) -> None:
    reader.locator("[data-camera]").click()  # nobody allowed it
    expect_camera_says(reader, "浏览器不让用相机")
    assert not is_on(reader)
    reader.context.add_cookies([{"name": "tongjie_language", "value": "en", "url": reader.url}])
    reader.reload()
    reader.locator("[data-camera]").click()
    expect_camera_says(reader, "The browser keeps the camera from this page")


def test_a_page_without_https_says_why_there_is_no_camera(reader: Page) -> None:
    reader.goto(reader.url.replace("127.0.0.1", UNSAFE))
    log_in_again(reader)
    reader.locator("[data-camera]").click()
    expect_camera_says(reader, "不是用 https 打开的")


def log_in_again(page: Page) -> None:
    page.fill("[name=login]", "P0002")
    page.fill("[name=secret]", PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/choose")


@pytest.mark.parametrize(
    ("error", "sentence"), [("NotFoundError", "没有找到相机"), ("NotReadableError", "别的程序正在用")]
)
def test_a_camera_that_cannot_be_had_is_told(reader: Page, error: str, sentence: str) -> None:
    reader.evaluate(
        "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }", error
    )
    reader.locator("[data-camera]").click()
    expect_camera_says(reader, sentence)


def test_a_reader_that_does_not_come_is_told_and_fetched_again(reader: Page, camera: Camera) -> None:
    reader.route("**/*.wasm.gz*", lambda route: route.abort())
    hold(reader, camera, back_of_book(ISBN))
    expect_camera_says(reader, "识读程序没有取到")
    assert not is_on(reader)
    reader.unroute("**/*.wasm.gz*")
    reader.locator("[data-camera]").click()
    expect(reader.locator("#answer")).to_be_visible()


OWN_READER = """() => { window.BarcodeDetector = class {
  static getSupportedFormats = async () => ['ean_13', 'code_128', 'code_39', 'qr_code'];
  async detect() { %s }
} }"""


def test_a_browser_that_reads_by_itself_fetches_nothing(reader: Page, camera: Camera) -> None:
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.evaluate(OWN_READER % f"return [{{format: 'ean_13', rawValue: '{ISBN}'}}];")
    hold(reader, camera)
    expect(reader.locator("#answer")).to_be_visible()
    assert not [url for url in asked if "vendor" in url or "code-worker" in url]


def test_a_browser_that_only_believes_to_read_is_helped_out(reader: Page, camera: Camera) -> None:
    """Android without the services behind its reader: it offers all kinds, and fails at the first picture."""
    reader.evaluate(
        OWN_READER % "throw new DOMException('Barcode detection service unavailable.', 'NotSupportedError');"
    )
    hold(reader, camera, back_of_book(ISBN))
    expect(reader.locator("#answer")).to_be_visible()


def test_a_refusal_stops_the_camera_too(volunteer: Page, camera: Camera, desk: Desk) -> None:
    hold(volunteer, camera, printed("code128", "NOTHING"))
    expect(volunteer.locator("[data-part=said]")).to_contain_text("没有找到")
    expect_camera_says(volunteer, "先看结果")
    volunteer.locator("#desk .scan-field button").click()
    expect(volunteer.locator("#scan")).to_have_js_property("readOnly", False)
    volunteer.wait_for_timeout(2500)  # the same code still lies there: it is not asked for again
    expect(volunteer.locator("#scan")).to_have_js_property("readOnly", False)


SEEN = """async ({prefers, pictures}) => {
  const {Taking} = await import('/static/js/codes.js');
  const taking = new Taking(prefers);
  return pictures.map(([at, isFree, ...seen]) => taking.next(seen.map(([kind, text]) => ({kind, text})), at, isFree));
}"""
EAN = ["ean_13", ISBN]
LABEL = ["code_128", "B0001"]
OLD = ["codabar", "40123"]


@pytest.mark.parametrize(
    ("prefers", "pictures", "taken"),
    [
        # once while it stays, again after a second and a half out of sight
        ("label", [(0, 1, LABEL), (900, 1, LABEL), (2300, 1, LABEL), (3000, 1), (3900, 1, LABEL)], "B0001 - - - B0001"),
        # a kind without a check sum is read twice alike
        ("label", [(0, 1, OLD), (100, 1, ["codabar", "4012"]), (200, 1, OLD)], "- - 40123"),
        # the ISBN waits for the label, and is taken where there is none
        ("label", [(0, 1, EAN), (300, 1, EAN, LABEL), (2000, 1, EAN), (3000, 1, EAN)], "- B0001 - -"),
        ("label", [(0, 1, EAN), (600, 1, EAN), (1250, 1, EAN), (1400, 1, EAN)], f"- - {ISBN} -"),
        ("label", [(0, 1, EAN, OLD), (100, 1, EAN, OLD)], "- 40123"),
        # at a counter the book comes first, and a label beside it, even one seen late, is not taken by itself
        ("book", [(0, 1, LABEL, EAN), (1500, 1, LABEL)], f"{ISBN} -"),
        ("book", [(0, 1, EAN), (300, 1, EAN, LABEL), (1500, 1, LABEL)], f"{ISBN} - -"),
        # the next thing is taken after a pause
        ("book", [(0, 1, EAN), (500, 1, LABEL), (1100, 1, LABEL)], f"{ISBN} - B0001"),
        # while nothing may be taken, what comes is remembered as seen, not as taken
        ("label", [(0, 0, LABEL), (500, 1, LABEL)], "- B0001"),
        ("label", [(0, 1, LABEL), (1400, 0, LABEL), (2800, 1, LABEL)], "B0001 - -"),
    ],
)
def test_which_code_is_taken(visitors: Visitors, prefers: str, pictures: list[tuple[object, ...]], taken: str) -> None:
    page = visitors()
    page.goto("/login")
    found = page.evaluate(SEEN, {"prefers": prefers, "pictures": [list(picture) for picture in pictures]})
    assert " ".join(text or "-" for text in found) == taken


def test_the_letters_around_codabar_are_no_part_of_the_number(visitors: Visitors) -> None:
    page = visitors()
    page.goto("/login")
    plain = "async code => (await import('/static/js/codes.js')).plain(code).text"
    assert page.evaluate(plain, {"kind": "codabar", "text": "A40123B"}) == "40123"
    assert page.evaluate(plain, {"kind": "code_128", "text": "A40123B"}) == "A40123B"
