// Lines of the last hour, each with its newest value beside it.

TILES.trend = {
  html: '<h2 data-title></h2><div class="charts"></div><div class="axis"><span class="axis-from"></span><span data-word="wall.now"></span></div>',
  make(root, options) {
    root.rows = makeRows(root.querySelector('.charts'), options.lines.length, `${LINE}<span class="last num"></span><span class="line-title num"></span>`);
    for (const row of root.rows) row.classList.add('chart');
  },
  draw(root, told, say) {
    root.rows.forEach((row, index) => {
      const line = told.lines[index];
      row.hidden = !line;
      if (!line) return;
      setData(row, 'line', index);
      setText(row.querySelector('.last'), measuredShort(drawLine(row, line.points, line.goal), line.unit, say.words));
      setText(row.querySelector('.line-title'), said(line.title, say.language));
    });
    const length = Math.max(0, ...told.lines.map((line) => line.points.length));
    setText(root.querySelector('.axis-from'), length > 1 ? fill(say.words.wall.minutes_ago, { n: length - 1 }) : '');
  },
};

function measuredShort(value, unit, words) {
  return unit === 'ratio' ? percent(value, 0, words) : measured(value, unit, words);
}
