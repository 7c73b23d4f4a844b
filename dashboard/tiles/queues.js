// The queues, worst first. A queue keeps its row as long as it is shown; only the place of the row changes.

const QUEUE_ROW = '<span class="name"><i class="shape"></i><span class="title"></span><b class="word"></b></span><span class="channel"></span>'
  + '<span class="waiting num"></span><span class="oldest num"></span><span class="left num"></span>'
  + '<span class="sl num"><span class="sl-value"></span><span class="sl-goal"></span></span><span class="agents num"></span>';

TILES.queues = {
  html: '<div class="row head"><span data-word="wall.queue"></span><span class="channel" data-word="wall.channel"></span>'
    + '<span class="waiting num" data-word="wall.waiting"></span><span class="oldest num" data-word="wall.oldest_short"></span><span class="left num" data-word="wall.time_left"></span>'
    + '<span class="sl num"><span data-word="wall.sl_short"></span><span class="sl-goal"> / <span data-word="wall.sl_goal"></span></span></span><span class="agents num" data-word="wall.agents_free"></span></div>'
    + '<div class="pool"></div><p class="more"></p>',
  make(root, options) {
    root.rows = makeRows(root.querySelector('.pool'), options.rows, QUEUE_ROW);
    root.slots = new Map();
    setStyle(root, '--rows', String(options.rows));
  },
  draw(root, told, say) {
    const shown = new Set(told.rows.map((queue) => queue.name)), { slots, rows } = root;
    for (const name of slots.keys()) if (!shown.has(name)) slots.delete(name);
    const taken = new Set(slots.values()), free = rows.filter((row) => !taken.has(row));
    told.rows.forEach((queue, place) => {
      if (!slots.has(queue.name)) slots.set(queue.name, free.shift());
      drawQueue(slots.get(queue.name), queue, place, say);
    });
    for (const row of free) row.hidden = true;
    setText(root.querySelector('.more'), told.more ? fill(say.words.wall.more_queues, { n: told.more }) : '');
  },
};

function drawQueue(row, queue, place, say) {
  const part = (name) => row.querySelector(`.${name}`), words = say.words;
  row.hidden = false;
  setData(row, 'status', queue.status);
  setStyle(row, '--place', String(place));
  setText(part('title'), said(queue.title, say.language));
  setText(part('word'), words.status[queue.status]);
  setText(part('channel'), words.channel[queue.channel] ?? NEVER);
  setText(part('waiting'), number(queue.waiting));
  setText(part('oldest'), duration(queue.oldest_wait_s, words));
  setText(part('left'), duration(queue.left_s, words));
  setText(part('sl-value'), percent(queue.service_level, 0, words));
  setText(part('sl-goal'), ` / ${percent(queue.goal, 0, words)}`);
  setText(part('agents'), `${number(queue.available)} / ${number(queue.agents)}`);
}
