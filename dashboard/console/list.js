// A list of any length: only the rows in sight are in the document, each follows its incident, and those out of sight are used again.

const AHEAD = 4;

// `make()` builds a row, `draw(row, index)` fills it; `row.element`, `row.incident`.
function virtualList(board, make, draw) {
  const scroll = board.querySelector('.scroll'), list = board.querySelector('.list'), probe = board.querySelector('.probe');
  const used = new Map(), free = [], shown = { order: [], active: null, height: probe.offsetHeight, frame: 0 };

  function drawAll() {
    for (const row of used.values()) row.isOld = true;
    drawWindow();
  }
  // Rows that stay in sight while the list scrolls are left as they are.
  function drawWindow() {
    shown.frame = 0;
    setStyle(list, 'height', `${shown.order.length * shown.height}px`);
    const first = Math.max(0, Math.floor(scroll.scrollTop / shown.height) - AHEAD);
    const last = Math.min(shown.order.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / shown.height) + AHEAD);
    const seen = new Map();
    for (let index = first; index < last; index += 1) seen.set(shown.order[index].id, index);
    keepFocused(seen);
    for (const [id, row] of used) if (!seen.has(id)) { used.delete(id); row.element.remove(); free.push(row); }
    for (const [id, index] of seen) if (used.get(id)?.isOld ?? true) drawAt(id, index);
    putInOrder(list, [...seen.keys()].map((id) => used.get(id).element));
  }
  // The row that holds the focus stays in the document even where it is out of sight.
  function keepFocused(seen) {
    const id = [...used].find(([, row]) => row.element.contains(focusedIn(board)))?.[0], index = shown.order.findIndex((incident) => incident.id === id);
    if (index >= 0 && !seen.has(id)) seen.set(id, index);
  }
  function drawAt(id, index) {
    if (!used.has(id)) used.set(id, free.pop() ?? make());
    const row = used.get(id);
    Object.assign(row, { incident: shown.order[index], isOld: false });
    setStyle(row.element, 'transform', `translateY(${index * shown.height}px)`);
    row.element.setAttribute('aria-posinset', index + 1);
    row.element.setAttribute('aria-setsize', shown.order.length);
    setTabStops(row, id === shown.active);
    draw(row, index);
  }
  const later = () => { if (!shown.frame) shown.frame = requestAnimationFrame(drawWindow); };
  const watching = new ResizeObserver(() => { shown.height = probe.offsetHeight; drawAll(); });
  for (const element of [scroll, probe]) watching.observe(element);
  scroll.addEventListener('scroll', later, { passive: true });

  return {
    show(order, active) {
      const focused = [...used].find(([, row]) => row.element.contains(focusedIn(board)))?.[0];
      Object.assign(shown, { order, active });
      drawAll();
      // Whoever was on a row that went away is now on the one that took its place.
      if (focused !== undefined && !order.some((incident) => incident.id === focused)) this.focus();
    },
    redraw: (id) => { if (used.has(id)) draw(used.get(id)); },
    each: (act) => { for (const row of used.values()) act(row); },
    focus() {
      this.reveal();
      used.get(shown.active)?.element.focus({ preventScroll: true });
    },
    reveal() {
      const index = shown.order.findIndex((incident) => incident.id === shown.active), top = index * shown.height;
      if (index < 0) return;
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (top + shown.height > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + shown.height - scroll.clientHeight;
      drawWindow();
    },
    hasFocus: () => list.contains(focusedIn(board)),
    page: () => Math.max(1, Math.floor(scroll.clientHeight / shown.height) - 1),
    toTop: () => { scroll.scrollTop = 0; drawWindow(); },
    stop: () => { watching.disconnect(); cancelAnimationFrame(shown.frame); scroll.removeEventListener('scroll', later); },
  };
}

// Readers go through the rows in the order of the document. The focused one is never moved, the others are put around it: moved, it would lose the focus.
function putInOrder(list, elements) {
  const focused = focusedIn(list);
  let next = null;
  for (const element of elements.toReversed()) {
    const isPlaced = element.parentNode === list && (element.nextElementSibling === next || element.contains(focused));
    if (!isPlaced) list.insertBefore(element, next);
    next = element;
  }
}

function setTabStops(row, isActive) {
  row.element.tabIndex = isActive ? 0 : -1;
  row.element.querySelector('button').tabIndex = isActive ? 0 : -1;
}

function focusedIn(element) {
  return element.getRootNode().activeElement;
}
