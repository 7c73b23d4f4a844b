// Kinds of tiles: each is one object under its kind with html, and draw(root, data, say); make(root, options) and tick(root, data, now, say)
// where it needs them. `say` holds the words, the language, and the frame the data came with.

const TILES = {};

// Rows that stay: as many as can ever be shown, made once, hidden while there is nothing for them.
function makeRows(holder, count, html) {
  return Array.from({ length: count }, () => {
    const row = document.createElement('div');
    row.className = 'row';
    row.innerHTML = html;
    row.hidden = true;
    holder.append(row);
    return row;
  });
}

// Every element that may say something gets its text node now, so that none is added while the wall is watched.
function readyTexts(root) {
  for (const element of root.querySelectorAll('*')) {
    if (!element.firstChild && !element.closest('svg') && element.tagName !== 'I') element.append(document.createTextNode(''));
  }
}

function said(texts, language) {
  return texts?.[language] ?? texts?.en ?? '';
}

// A figure in its own unit, as short as a wall needs it.
function measured(value, unit, words) {
  if (unit === 'ratio') return percent(value, 1, words);
  if (value === 'na') return words.unit.not_applicable;
  if (unit === 's') return duration(value, words);
  if (unit === 'score' && value !== null) return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  return number(value);
}

// Points from left to right, the newest at the right edge; a minute nobody knows is a gap that is bridged, not a zero.
function drawLine(chart, values, goal) {
  const known = values.map((value, index) => [index, value]).filter(([, value]) => value !== null);
  const numbers = known.map(([, value]) => value);
  const top = goal === null ? Math.max(numbers.length && Math.max(...numbers) <= 1 ? 1 : 4, ...numbers) : 1;
  const bottom = goal === null ? Math.min(0, ...numbers) : Math.max(0, Math.min(goal - 0.2, ...numbers) - 0.05);
  const y = (value) => (38 - 36 * ((value - bottom) / (top - bottom))).toFixed(1);
  const step = 100 / Math.max(1, values.length - 1);
  const points = known.map(([index, value]) => `${(index * step).toFixed(1)},${y(value)}`).join(' ');
  const line = chart.querySelector('polyline'), mark = chart.querySelector('.goal');
  if (line.getAttribute('points') !== points) line.setAttribute('points', points);
  setData(chart, 'goal', goal === null ? '' : 'on');
  if (goal !== null && mark.getAttribute('y1') !== y(goal)) { mark.setAttribute('y1', y(goal)); mark.setAttribute('y2', y(goal)); }
  return known.length ? known[known.length - 1][1] : null;
}
const LINE = '<svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true"><line class="goal" x1="0" x2="100" y1="8" y2="8"/><polyline points=""/></svg>';
