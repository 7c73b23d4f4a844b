// What stands above the list: how many wait, how fresh the list is, what is new; and what is said where the list is empty.

function drawState(view) {
  const { held, feed, words, root } = view, now = feed.now();
  const ageS = held.at === null || now === null ? null : Math.max(0, (now - held.at) / 1000), fresh = freshness(ageS, feed.link());
  view.now = now;
  fillHeight(root);
  setData(root, 'fresh', fresh);
  root.setAttribute('aria-busy', String(held.version === null));
  setText(root.querySelector('.fresh-word'), words.live[fresh]);
  setText(root.querySelector('.fresh-age'), ageS === null ? '' : age(ageS, words));
  drawDown(root, feed.down(), words);
  view.notices.listen(ageS);
  view.notices.draw();
  drawCounts(view);
  drawNone(view, fresh, ageS);
  view.list.each((row) => drawTimes(row, view));
  drawDetailTimes(view.details, view);
}

function drawCounts(view) {
  const { root, words, rows, order, missed } = view, all = [...rows.values()], count = (state) => all.filter((row) => stateOf(row) === state).length;
  const waiting = count('open'), raised = all.length - count('over'), said = (key, n) => (n ? [fill(words.console[key], { n })] : []);
  const told = [...(waiting ? said('unowned', waiting) : said('owned', raised)), ...said('to_be_closed', all.length - raised)];
  setText(root.querySelector('.count'), told.join(' · '));
  setText(root.querySelector('.shown'), order.length < all.length ? fill(words.console.shown, { n: order.length, all: all.length }) : '');
  const pause = root.querySelector('.pause');
  setText(pause, missed === null ? words.console.pause : fill(words.console.resume, { n: missed.size }));
  setData(root, 'paused', missed !== null);
}

// An empty list is good news only while it is fresh and nothing is filtered away.
function drawNone(view, fresh, ageS) {
  const none = view.root.querySelector('.none'), { words, held } = view;
  none.hidden = view.order.length > 0;
  if (view.rows.size) setText(none, words.console.no_match);
  else if (held.version === null || held.at === null) setText(none, words.console.loading);
  else setText(none, fresh === 'live' ? words.console.none : fill(words.console.silent, { age: age(ageS, words) }));
}

// Said to those who listen instead of look: only what needs hands now.
function announce(view, raised) {
  const grave = raised.filter((row) => row.level <= 2 && !row.is_over), { words, data } = view;
  if (!grave.length) return;
  const one = { level: roman(grave[0].level), title: saidIn(grave[0].title, data.language) };
  setText(view.root.querySelector('.told'), grave.length === 1 ? fill(words.console.news, one) : fill(words.console.many_news, { n: grave.length }));
}

function nameLabels(root, words) {
  for (const element of root.querySelectorAll('[data-label]')) element.setAttribute('aria-label', words.console[element.dataset.label.split('.')[1]]);
}

// The list scrolls, the page does not: the console is as high as what the window leaves it.
function fillHeight(root) {
  setStyle(root, '--height', `${Math.max(360, Math.round(window.innerHeight - root.getBoundingClientRect().top - 8))}px`);
}
