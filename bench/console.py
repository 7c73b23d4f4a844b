"""The console with 2,000 open alerts: scrolling, one click on acknowledge, one change of one alert, and what watch publishes meanwhile."""

from collections.abc import Iterator

import msgspec
from playwright.sync_api import Locator, Page

from alerts.announce import EVERY_MS, Announcer
from alerts.frame import AlertsFrame, News, Work
from alerts.open_alerts import layer_of
from bench._figure import Figure, at_most, percentile
from bench._incidents import open_incidents, store
from bench._screen import Costs, live, page
from bench._served import Served, every, served
from bench._site import folder
from pulse.clock import system_clock

_ALERTS = 2_000
_CLICKS, _CHANGES, _MINUTE = 20, 50, 60
_LONG_MS = 50
_NOTE_LONG_TASKS = """() => {
  window.long = [];
  new PerformanceObserver(seen => { for (const task of seen.getEntries()) window.long.push(task.duration); }).observe({type: 'longtask'});
}"""
_SCROLL = """async scroll => {
  let steps = 0;
  for (let top = 0; top < scroll.scrollHeight - scroll.clientHeight; top += 600) {
    scroll.scrollTop = top;
    await new Promise(requestAnimationFrame);
    steps += 1;
  }
  return steps;
}"""
_CLICK = """async button => {
  const began = performance.now(), word = button.textContent;
  button.click();
  await new Promise(requestAnimationFrame);
  await new Promise(painted => setTimeout(painted));
  if (!button.disabled || button.textContent === word) throw new Error('the click is not to be seen');
  return performance.now() - began;
}"""
_NAIVE = """list => {
  const row = list.firstElementChild, holder = document.createElement('ol'), began = performance.now();
  list.parentNode.append(holder);
  holder.innerHTML = row.outerHTML.repeat(%d);
  holder.offsetHeight;
  const took = performance.now() - began;
  holder.remove();
  return took;
}"""


def figures() -> Iterator[Figure]:
    """Long tasks, milliseconds from the click to the paint, milliseconds of the main thread, bytes a second."""
    frame = open_incidents(_ALERTS, system_clock())
    with folder() as root, served(root) as site, page() as opened:
        store(frame, site.site.config.site.name, site.site.database_url)
        site.publish()
        site.publish_alerts(frame)
        console = live(opened, site.address, "console", lambda: site.publish_alerts(_now(frame)))
        opened.locator(".console[aria-busy=false]").wait_for()
        yield from _scrolled(opened, console)
        yield from _clicked(site, console, frame)
        yield _changed(site, opened, console, frame)
    yield _published(frame)


def _now(frame: AlertsFrame) -> AlertsFrame:
    return msgspec.structs.replace(frame, at=system_clock())


def _scrolled(opened: Page, console: Locator) -> Iterator[Figure]:
    opened.evaluate(_NOTE_LONG_TASKS)
    costs = Costs(opened)
    before_ms = costs.main_thread_ms()
    steps = int(console.locator(".scroll").evaluate(_SCROLL))
    step_ms = (costs.main_thread_ms() - before_ms) / steps
    long_ms = [float(task) for task in opened.evaluate("window.long")]
    goal, ok = at_most(0, len(long_ms))
    yield Figure(bench="console", figure=f"tasks_over_{_LONG_MS}_ms_while_scrolling", value=len(long_ms), unit="tasks", goal=goal, ok=ok)
    yield Figure(bench="console", figure="longest_of_these", value=max(long_ms, default=0.0), unit="ms")
    yield Figure(bench="console", figure="main_thread_a_step_of_scrolling", value=step_ms, unit="ms")
    console.locator(".scroll").evaluate("scroll => { scroll.scrollTop = 0; }")


def _clicked(site: Served, console: Locator, frame: AlertsFrame) -> Iterator[Figure]:
    """One alert that nobody owns after the other; the next is clicked once the stream has told who owns this one."""
    console.get_by_role("button", name="Nobody").click()
    painted_ms = []
    for _ in range(_CLICKS):
        first = console.locator(".incident:has(.acknowledge:enabled)").first
        number = int(first.get_attribute("data-id") or 0)
        painted_ms.append(float(first.locator(".acknowledge").evaluate(_CLICK)))
        console.locator(".answer", has_text="Acknowledged").wait_for()
        row = next(row for row in frame.incidents if row.id == number)
        frame = site.publish_row(frame, msgspec.structs.replace(row, owner="local desk", work=Work.ACKNOWLEDGED, version=2))
        console.locator(f".incident[data-id='{number}']").wait_for(state="detached")
    console.get_by_role("button", name="Nobody").click()
    p95_ms = percentile(painted_ms, 95)
    goal, ok = at_most(100, p95_ms)
    yield Figure(bench="console", figure="acknowledge_to_paint_p95", value=p95_ms, unit="ms", goal=goal, ok=ok)
    yield Figure(bench="console", figure="acknowledge_to_paint_longest", value=max(painted_ms), unit="ms")


def _changed(site: Served, opened: Page, console: Locator, frame: AlertsFrame) -> Figure:
    """One alert is worded anew, ten times a second."""
    site.publish_alerts(_now(frame))
    costs = Costs(opened)
    before_ms = costs.main_thread_ms()
    for number in every(0.1, _CHANGES):
        frame = site.publish_row(frame, msgspec.structs.replace(frame.incidents[0], why={"en": f"change {number}"}))
    console.locator(".why", has_text=f"change {_CHANGES - 1}").first.wait_for()
    change_ms = (costs.main_thread_ms() - before_ms) / _CHANGES
    naive_ms = float(console.locator(".list").evaluate(_NAIVE % _ALERTS))
    against = f"all {_ALERTS} rows written anew and laid out: {naive_ms:.0f} ms"
    return Figure(bench="console", figure="main_thread_a_change", value=change_ms, unit="ms", ratio=change_ms / naive_ms, against=against)


def _published(frame: AlertsFrame) -> Figure:
    """What watch writes into Redis in a minute in which nothing changes, ten Boards a second."""
    announcer = Announcer()
    for row in frame.incidents:
        announcer.put(row)
    announcer.news(frame.at)
    beats = filter(None, (announcer.news(frame.at + tenth * 100) for tenth in range(_MINUTE * 10)))
    sent = sum(map(_size, beats))
    naive = _size(frame) * 1000 / EVERY_MS
    value = sent / _MINUTE
    against = f"the whole frame each second: {naive:.0f} B/s"
    return Figure(bench="console", figure="published_while_nothing_changes", value=value, unit="B/s", ratio=value / naive, against=against)


def _size(news: News) -> int:
    """How many bytes Redis is given."""
    layer = layer_of(news)
    return len(layer.message) + sum(map(len, layer.rows.values()))
