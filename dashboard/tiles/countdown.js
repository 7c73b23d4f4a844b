// How long until the most urgent promise is broken; it counts down between frames.

TILES.countdown = {
  html: '<h2><span data-title></span><span class="countdown-waiting num"></span></h2><div class="countdown"><i class="shape"></i><span class="value"></span></div><p class="note"></p>',
  draw(root, told, say) {
    setData(root.querySelector('.countdown'), 'status', told.status);
    setData(root.querySelector('.countdown'), 'idle', told.left_s === null);
    setText(root.querySelector('.countdown-waiting'), told.waiting === null ? '' : fill(say.words.wall.n_waiting, { n: told.waiting }));
  },
  tick(root, told, now, say) {
    const words = say.words, known = told.left_s !== null;
    const leftS = known ? told.left_s - Math.max(0, (now - say.frame.at) / 1000) : null;
    setText(root.querySelector('.countdown .value'), known ? duration(leftS, words) : told.waiting === 0 ? words.wall.nobody_waits : NEVER);
    const template = leftS < 0 ? words.wall.promise_broken : words.wall.promise_left;
    setText(root.querySelector('.note'), known ? fill(template, { queue: said(told.queue, say.language) }) : '');
  },
};
