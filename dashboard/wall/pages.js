// The pages of a layout: built once, one shown at a time, each on the grid for the shape of the screen.

const SLIM_UNITS = 48, NARROW_UNITS = 112, TURN_TICK_MS = 500;

function buildPages(deck, layout, words) {
  return layout.pages.map((page) => {
    const element = document.createElement('section');
    element.className = 'page';
    element.hidden = true;
    deck.append(element);
    return { element, page, tiles: page.tiles.map((name) => buildTile(element, name, layout.tiles[name], words)) };
  });
}

function buildTile(page, name, tile, words) {
  const kind = TILES[tile.kind], element = document.createElement('section');
  element.className = `tile tile-${tile.kind}`;
  element.dataset.tile = name;
  element.setAttribute('aria-label', tile.title);
  element.innerHTML = kind.html;
  setStyle(element, 'grid-area', areaOf(name));
  if (kind.make) kind.make(element, tile.options);
  readyTexts(element);
  nameWords(element, words);
  for (const title of element.querySelectorAll('[data-title]')) setText(title, tile.title);
  page.append(element);
  return { name, element, kind };
}

// A name that no word of CSS can be taken for.
function areaOf(name) {
  return name === '.' ? '.' : `tile_${name}`;
}

function shapeOf(width, height) {
  return width < height ? 'portrait' : width > 2 * height ? 'wide' : 'landscape';
}

// Lays the pages out for the screen as it is now; a page without a grid for its shape takes the one for 16:9.
function layOut(root, pages) {
  const shape = shapeOf(innerWidth, innerHeight);
  setData(root, 'shape', pages.some(({ page }) => page.grids[shape]) ? shape : 'landscape');
  for (const { element, page, tiles } of pages) {
    const grid = page.grids[shape] ?? page.grids.landscape, shares = (all) => all.map((one) => `minmax(0, ${one}fr)`).join(' ');
    setStyle(element, 'grid-template-columns', shares(grid.columns));
    setStyle(element, 'grid-template-rows', shares(grid.rows));
    for (const tile of tiles) tile.element.hidden = !grid.areas.some((row) => row.includes(tile.name));
    setStyle(element, 'grid-template-areas', grid.areas.map((row) => `"${row.map(areaOf).join(' ')}"`).join(' '));
  }
}

function measureBreadth(root, page, layout) {
  const unit = parseFloat(getComputedStyle(root).fontSize) / layout.size_text;
  for (const { element } of page.tiles) {
    const units = element.clientWidth / unit;
    setData(element, 'breadth', units < SLIM_UNITS ? 'slim' : units < NARROW_UNITS ? 'narrow' : 'broad');
  }
}

// Turns the pages; one alone, one that the address names, and a wall with an alert of level I stand still.
function turning(root, pages, layout, chosen, shown) {
  const state = { at: 0, since: performance.now(), pinned: false };
  const bar = root.querySelector('.progress');
  const show = (index) => {
    state.at = index;
    state.since = performance.now();
    pages.forEach(({ element }, number) => { element.hidden = number !== index; });
    measureBreadth(root, pages[index], layout);
    setText(root.querySelector('.turn-count'), pages.length > 1 ? `${index + 1} / ${pages.length}` : '');
    run();
    shown(index);
  };
  const turns = () => pages.length > 1 && chosen === null && !state.pinned;
  function run() {
    for (const old of bar.getAnimations()) old.cancel();
    if (turns()) bar.animate([{ transform: 'scaleX(0)' }, { transform: 'scaleX(1)' }], { duration: pages[state.at].page.seconds * 1000, easing: 'linear' });
  }
  const tick = setInterval(() => {
    if (turns() && performance.now() - state.since >= pages[state.at].page.seconds * 1000) show((state.at + 1) % pages.length);
  }, TURN_TICK_MS);
  return {
    show,
    page: () => pages[state.at],
    pin(pinned) {
      if (pinned === state.pinned) return;
      state.pinned = pinned;
      if (pinned && chosen === null && state.at !== layout.pinned_page) show(layout.pinned_page);
      else { state.since = performance.now(); run(); }
    },
    stop: () => clearInterval(tick),
  };
}
