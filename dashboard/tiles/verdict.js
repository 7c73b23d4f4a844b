// The verdict alone, and the name of the worst queue.

TILES.verdict = {
  html: '<div class="verdict"><i class="shape"></i><strong class="verdict-word"></strong></div><p class="verdict-worst"></p><p class="verdict-why"></p>',
  draw(root, told, say) {
    setData(root.querySelector('.verdict'), 'status', told.verdict);
    setText(root.querySelector('.verdict-word'), say.words.wall[`verdict_${told.verdict}`]);
    setText(root.querySelector('.verdict-worst'), told.worst ? fill(say.words.wall.worst, { queue: said(told.worst, say.language) }) : '');
    setText(root.querySelector('.verdict-why'), whyOf(told, say.words, true));
  },
};
