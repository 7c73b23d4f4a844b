"""Every page of every layout on screens of every shape: nothing runs over, nothing is cut, nothing lies on something else."""

import pytest
from walls import OVERFLOWS, open_wall

from dashboard.layout import shipped

pytestmark = pytest.mark.browser

SHAPES = [(1920, 1080), (3840, 2160), (1080, 1920), (2560, 1080)]
# Texts as they are drawn: of each its box, less the air a font keeps above and below its letters.
TEXTS = """const texts = [...wall.querySelectorAll('.tile *, .turn, .fresh *')]
  .filter(one => one.offsetParent && one.textContent.trim() && [...one.childNodes].every(node => node.nodeType === 3))
  .map(one => { const range = document.createRange(), air = .24 * parseFloat(getComputedStyle(one).fontSize);
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect(), own = getComputedStyle(one).display === 'inline' ? box : one.getBoundingClientRect();
    return {one, text: one.textContent, left: Math.max(box.left, own.left), right: Math.min(box.right, own.right),
      top: box.top + air, bottom: box.bottom - air}; });"""
# The line of an alert holds names from outside and may be long: it ends in an ellipsis.
CUT = f"""wall => {{ {TEXTS} return texts.filter(({{one}}) => !one.matches('.what') && getComputedStyle(one).display !== 'inline'
  && one.scrollWidth > one.clientWidth + 1).map(({{text}}) => text); }}"""
OVERLAID = f"""wall => {{ {TEXTS} const shared = (one, other, from, to) => Math.min(one[to], other[to]) - Math.max(one[from], other[from]);
  return texts.flatMap((one, index) => texts.slice(index + 1)
    .filter(other => shared(one, other, 'left', 'right') > 2 && shared(one, other, 'top', 'bottom') > 1)
    .map(other => [one.text, other.text])); }}"""
LONG_NAME = "Technical support, second line"
"""A name from outside may be of any length: such a one ends in an ellipsis."""
TWO_FRAMES = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
SMALLEST = """wall => Math.min(...[...wall.querySelectorAll('.stage *')].filter(one => one.offsetParent && [...one.childNodes]
  .some(node => node.nodeType === 3 && node.data.trim())).map(one => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("layout", sorted(shipped()))
def test_every_page_of_every_layout_fits_screens_of_every_shape_and_is_no_smaller_than_it_says(site, screen, layout, language):
    screen.emulate_media(reduced_motion="reduce")
    for page in range(1, len(shipped()[layout].layout.pages) + 1):
        wall = open_wall(screen, site, f"/wall?layout={layout}&page={page}&lang={language}")
        assert wall.evaluate(SMALLEST) >= shipped()[layout].layout.smallest / 100 * 1080 - 0.01
        for width, height in SHAPES:
            screen.set_viewport_size({"width": width, "height": height})
            screen.evaluate(TWO_FRAMES)

            assert wall.evaluate(OVERFLOWS) == [], (page, width, height)
            assert set(wall.evaluate(CUT)) <= {LONG_NAME}, (page, width, height)
            assert wall.evaluate(OVERLAID) == [], (page, width, height)
            assert wall.bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}
            assert screen.evaluate("document.documentElement.scrollHeight") == height
