// One figure: value, target, line of the last hour, age.

TILES.metric = {
  html: `<h2><span class="metric-title"></span><span class="metric-age num"></span></h2><div class="metric-pair"><i class="shape"></i><span class="value"></span></div><p class="note"></p><div class="spark">${LINE}</div>`,
  draw(root, told, say) {
    const words = say.words, what = said(told.title, say.language), where = said(told.scope, say.language);
    setData(root.querySelector('.metric-pair'), 'status', told.status);
    setText(root.querySelector('.metric-title'), where ? `${what} · ${where}` : what);
    setText(root.querySelector('.value'), measured(told.value, told.unit, words));
    const target = told.target === null ? words.wall.no_target : fill(words.wall.goal, { goal: measuredShort(told.target, told.unit, words) });
    setText(root.querySelector('.note'), `${words.wall[`window_${told.window}`]} · ${target}`);
    drawLine(root.querySelector('.spark'), told.points, told.unit === 'ratio' ? told.target : null);
  },
  tick(root, told, now, say) {
    setText(root.querySelector('.metric-age'), told.age_s === null ? '' : age(told.age_s + Math.max(0, (now - say.frame.at) / 1000), say.words));
  },
};
