"""One wall in Chromium: what a push costs its main thread, how soon it is drawn, and how many nodes it replaces.

A serve process on loopback is given ten Boards a second, as watch gives them at most.
"""

from collections.abc import Iterator

from bench._figure import Figure, at_most, percentile
from bench._screen import Costs, live, page
from bench._served import Served, every, served
from bench._site import folder

_PUSHES, _PERIOD_S = 200, 0.1
_WARM = 20
_NOTE = """wall => {
  window.drawn = {};
  window.replaced = 0;
  new MutationObserver(() => { window.drawn[wall.dataset.at] ??= Date.now(); })
    .observe(wall, {attributes: true, attributeFilter: ['data-at']});
  new MutationObserver(seen => { window.replaced += seen.length; }).observe(wall.getRootNode(), {childList: true, subtree: true});
}"""
_NAIVE = """wall => {
  const copy = wall.cloneNode(true), holder = document.createElement('div'), began = performance.now();
  wall.getRootNode().append(holder);
  for (let push = 0; push < 20; push += 1) { holder.innerHTML = copy.outerHTML; holder.offsetHeight; }
  const took = (performance.now() - began) / 20;
  holder.remove();
  return took;
}"""


def figures() -> Iterator[Figure]:
    """Milliseconds of the main thread a push, milliseconds from the write to the DOM, and nodes replaced."""
    with folder() as root, served(root) as site, page() as opened:
        screen = live(opened, site.address, "wall", site.publish)
        list(_pushed(site, _WARM))
        costs = Costs(opened)
        screen.evaluate(_NOTE)
        before_ms = costs.main_thread_ms()
        published = list(_pushed(site, _PUSHES))
        screen.and_(opened.locator(f"[data-at='{published[-1]}']")).wait_for()
        push_ms = (costs.main_thread_ms() - before_ms) / _PUSHES
        drawn = {int(at): int(when) for at, when in opened.evaluate("window.drawn").items()}
        replaced = int(opened.evaluate("window.replaced"))
        naive_ms = float(screen.evaluate(_NAIVE))
    yield _thread(push_ms, naive_ms)
    yield from _delays([min(when for of, when in drawn.items() if of >= at) - at for at in published])
    goal, ok = at_most(0, replaced)
    yield Figure(bench="wall", figure=f"nodes_replaced_in_{_PUSHES}", value=replaced, unit="nodes", goal=goal, ok=ok)


def _pushed(site: Served, times: int) -> Iterator[int]:
    for _ in every(_PERIOD_S, times):
        yield site.publish()


def _thread(push_ms: float, naive_ms: float) -> Figure:
    goal, ok = at_most(5, push_ms)
    against = f"the same wall written anew as HTML and laid out: {naive_ms:.1f} ms"
    return Figure(
        bench="wall", figure="main_thread_a_push", value=push_ms, unit="ms", goal=goal, ok=ok, ratio=push_ms / naive_ms, against=against
    )


def _delays(delays_ms: list[int]) -> Iterator[Figure]:
    p95_ms = percentile(delays_ms, 95)
    goal, ok = at_most(100, p95_ms)
    yield Figure(bench="wall", figure="write_to_dom_p50", value=percentile(delays_ms, 50), unit="ms")
    yield Figure(bench="wall", figure="write_to_dom_p95", value=p95_ms, unit="ms", goal=goal, ok=ok)
