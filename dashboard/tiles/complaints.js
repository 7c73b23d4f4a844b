// Complaints: how many, and about what.

TILES.complaints = {
  html: '<h2 data-title></h2><div class="pair"><span class="value"></span><span class="note"></span></div><div class="categories"></div>',
  make(root, options) {
    root.rows = makeRows(root.querySelector('.categories'), options.rows, '<span class="category"></span><i class="share"></i><span class="count num"></span>');
  },
  draw(root, told, say) {
    const most = Math.max(1, ...told.by_category.map(([, count]) => count));
    setText(root.querySelector('.value'), number(told.recent));
    setText(root.querySelector('.note'), fill(say.words.wall.today_count, { n: number(told.today) }));
    root.rows.forEach((row, index) => {
      const found = told.by_category[index];
      row.hidden = !found;
      if (!found) return;
      setText(row.querySelector('.category'), said(found[0], say.language));
      setStyle(row.querySelector('.share'), '--share', String(found[1] / most));
      setText(row.querySelector('.count'), found[1]);
    });
  },
};
