// The open alerts: level, what, who owns it, how long it has been open.

TILES.alerts = {
  html: '<h2><span data-title></span><span class="more"></span></h2><p class="none" data-word="wall.no_alerts"></p><div class="ticker"></div>',
  make(root, options) {
    root.rows = makeRows(root.querySelector('.ticker'), options.rows,
      '<span class="level"><i class="shape"></i><b class="roman"></b></span><span class="what"></span><span class="who"></span><span class="since num"></span>');
    setStyle(root, '--rows', String(options.rows));
  },
  draw(root, told, say) {
    const words = say.words;
    setData(root, 'incidents', told.rows.length);
    setText(root.querySelector('.more'), told.more ? fill(words.wall.more, { n: told.more }) : '');
    root.rows.forEach((row, index) => {
      const incident = told.rows[index];
      row.hidden = !incident;
      if (!incident) return;
      setData(row, 'status', incident.status);
      setData(row, 'owned', incident.acknowledged);
      setText(row.querySelector('.roman'), roman(incident.level));
      setText(row.querySelector('.what'), (incident.drill ? `${words.wall.drill} · ` : '') + said(incident.title, say.language));
      const who = incident.owner ?? (incident.acknowledged ? words.wall.owned : words.wall.no_owner);
      const state = incident.is_over ? words.wall.over : incident.muted && words.wall[`muted_${incident.muted}`];
      setText(row.querySelector('.who'), state ? `${state} · ${who}` : who);
    });
  },
  tick(root, told, now, say) {
    told.rows.forEach((incident, index) => setText(root.rows[index].querySelector('.since'), duration((now - incident.opened_at) / 1000, say.words)));
  },
};
