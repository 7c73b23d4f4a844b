import re
from html.parser import HTMLParser
from io import BytesIO
from itertools import groupby

import msgspec
import pypdfium2
import pytest
from PIL import Image
from report_samples import NPS, bare, both, rich

from dashboard.report.drawing import funnel, nps_bar, quadrant_chart
from dashboard.report.html import as_html
from dashboard.report.pdf import as_pdf, as_png, told
from dashboard.report.restated import Restated
from dashboard.report.sentence import sentence
from dashboard.report.typeface import LACKING, drawable, unpacked
from dashboard.theme import LIGHT
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.snapshot import Edition, Figure, Happened, Section, Step, Verdict
from pulse.text import Language

PIXELS_PER_MM = 200 / 25.4
DRAWN_MM = 54 / 360
"""A unit of the drawing of promoters on the page."""
MARKUP = '#panic("x") *bold* $x$ <b onclick=alert(1)> & @ref \\ "'


def overfull():
    """Twice as much of everything as a page can hold, in long words."""
    long = both("A very long title that no column can ever hold in full " * 3, "任何一列都放不下的非常长的标题" * 6)
    figures = tuple(
        Figure(
            kpi=kpi, value=1234.5, target=1, before=2, last_week=3, last_year=4, to_date=5, verdict=Verdict.MISSED, sentence=long, count=9
        )
        for kpi in list(definitions())[:24]
    )
    sections = tuple(Section(name=str(n), titles=long, figures=figures[:12]) for n in range(20))
    incidents = tuple(Happened(id=n, titles=long, level=1, opened_at=n, closed_at=None, cause=long["zh"]) for n in range(30))
    return rich(
        titles=long, holiday=long, figures=figures, channels=sections, business_lines=sections, incidents=incidents,
        journey=tuple(Step(name=str(n), titles=long, count=9 - n) for n in range(9)),
        complaints=rich().complaints * 4, completeness=rich().completeness * 9,
    )  # fmt: skip


def pages(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("made", [rich, bare, overfull])
@pytest.mark.parametrize("language", Language)
def test_report_is_one_page_however_much_there_is(made, language):
    snapshot = made()

    (page,) = pages(as_pdf(snapshot, language))

    assert snapshot.day in page
    assert bool(re.search(r"… and \d+ more|……另有 \d+ 项", page)) is (made is not bare)


@pytest.mark.parametrize("figures", [1, 6])
def test_every_part_that_has_something_to_say_is_on_the_page(figures):
    told = rich()
    lines = tuple(msgspec.structs.replace(one, figures=told.figures[:figures]) for one in told.business_lines)
    parts = ("channels", "business_lines", "best_case", "completeness", "nps", "journey", "complaints", "incidents")

    (page,) = pages(as_pdf(rich(business_lines=lines), Language.EN))

    assert [part for part in parts if words(Language.EN)[f"report.{part}"] not in page] == []
    assert "To be expected on 2026-11-28 Saturday" in page
    assert [one.titles["en"] for one in (*told.channels, *lines, *told.incidents) if one.titles["en"] not in page] == []


@pytest.mark.parametrize(("made", "said"), [(bare, set(Verdict)), (rich, {Verdict.MISSED})])
@pytest.mark.parametrize("language", Language)
def test_a_sentence_stands_whole_and_where_the_page_is_full_those_of_missed_targets(made, said, language):
    told = [sentence(one, Edition.DAILY) for one in rich().figures]
    figures = tuple(msgspec.structs.replace(one, sentence=both(text.en, text.zh)) for one, text in zip(rich().figures, told, strict=True))

    (page,) = pages(as_pdf(made(figures=figures), language))

    shown = [one.sentence[language] for one in figures if one.verdict in said and one.kpi not in NPS[1:]]
    assert [text for text in shown if _unspaced(text) not in _unspaced(page)] == []


def _unspaced(text):
    return re.sub(r"\s", "", text)


def test_heads_of_nine_figures_stand_whole_and_each_sign_beside_its_value():
    names = "offered answered abandonment_ratio complaints_per_thousand fcr_ratio repeat_ratio csat_score max_wait_s aht_s"
    wanted = names.split()
    figures = tuple(Figure(kpi=kpi, value=611, target=300, verdict=Verdict.MISSED) for kpi in wanted)
    lines = tuple(msgspec.structs.replace(one, figures=figures) for one in rich().business_lines)

    (page,) = pages(as_pdf(rich(business_lines=lines), Language.EN))

    heads = [definitions()[kpi].title.en for kpi in wanted]
    assert [head for head in heads if _unspaced(head) not in _unspaced(page)] == []
    assert len(re.findall(r"▲ (611|10:11)", page)) == len(lines) * len(figures)


def test_same_snapshot_gives_the_same_bytes():
    assert as_pdf(bare(), Language.ZH) == as_pdf(bare(), Language.ZH)


def test_picture_is_as_wide_as_asked():
    picture = as_png(bare(), Language.EN, width=800)

    assert picture.startswith(b"\x89PNG")
    assert abs(int.from_bytes(picture[16:20], "big") - 800) <= 1


@pytest.mark.parametrize("lines", range(5))
def test_drawing_of_a_picture_has_all_its_rows_wherever_it_stands(lines):
    picture = Image.open(BytesIO(as_png(rich(business_lines=rich().business_lines[:lines]), Language.ZH)))

    bar, square = inked(picture.getchannel("R"), left=round(12 * PIXELS_PER_MM))

    assert (bar, square) == pytest.approx((28 * DRAWN_MM * PIXELS_PER_MM, 9 * DRAWN_MM * PIXELS_PER_MM), abs=0.75)


def inked(channel, left):
    """How many pixels of the colour of promoters follow each other below a place."""
    blue = int(LIGHT["normal"][1:3], 16)
    column = [(255 - red) / (255 - blue) for red in channel.crop((left, 0, left + 1, channel.height)).tobytes()]
    runs = [list(run) for is_inked, run in groupby(column, key=lambda share: share > 0.05) if is_inked]
    return [sum(run) for run in runs if run.count(1) > 4]


def test_text_from_outside_is_never_markup_of_the_typesetter():
    (page,) = pages(as_pdf(bare(titles=both(MARKUP, MARKUP)), Language.EN))

    assert "#panic(" in page
    assert "*bold*" in page


@pytest.mark.parametrize("language", Language)
def test_fonts_have_every_sign_of_every_word(language):
    titles = "".join(kpi.title.in_(language) for kpi in definitions().values())
    said = set("".join(words(language).values())) | set(titles)

    assert {sign for sign in said if sign not in unpacked().signs and not sign.isspace()} == set()


def test_sign_that_the_fonts_lack_is_made_visible_and_said():
    assert drawable("a龘\nb") == f"a{LACKING} b"
    assert msgspec.json.decode(told(bare(titles=both("龘", "龘")), Language.EN))["lacks"].startswith(LACKING)
    assert msgspec.json.decode(told(rich(), Language.EN))["lacks"] == ""


def test_where_there_is_nothing_to_draw_nothing_is_drawn():
    assert [drawing(bare(), Language.EN) for drawing in (nps_bar, funnel, quadrant_chart)] == ["", "", ""]


def test_marks_of_classes_with_the_same_counts_do_not_cover_each_other():
    same = tuple(msgspec.structs.replace(one, complaints=5, customers=3) for one in rich().complaints)

    spots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', quadrant_chart(rich(complaints=same), Language.EN))

    assert len(set(spots)) == len(same)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.loads = set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "xlink:href") or name.startswith("on")]


@pytest.fixture(scope="module")
def file():
    since = (Restated(kpi="offered", scope="channel:voice", titles=both(MARKUP, MARKUP), frozen=1, now=None),)
    steps = (Step(name="a", titles=both(MARKUP, MARKUP), count=3),)
    return as_html(rich(titles=both(MARKUP, MARKUP), holiday=both(MARKUP, MARKUP), journey=steps), Language.ZH, since)


def test_file_needs_nothing_else_and_runs_nothing(file):
    tags = Tags()
    tags.feed(file)

    assert not tags.seen & {"script", "link", "img", "iframe", "b onclick"}
    assert tags.loads == []
    assert "url(http" not in file
    assert len(file.encode()) < 300_000


def test_file_escapes_what_comes_from_outside(file):
    assert "<b onclick" not in file
    assert file.count("&lt;b onclick=alert(1)&gt;") >= 4
    assert "(A. &lt;Weber&gt; &amp; team)" in file


def test_file_carries_fonts_for_its_own_signs(file):
    assert file.count("@font-face") == 3


def test_file_lists_what_was_restated_since(file):
    assert words(Language.ZH)["report.restated"] in file
