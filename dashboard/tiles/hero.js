// Are we OK: the verdict, the service level and its budget, what waits.

const FIGURE = (name, word) => `<div class="figure" data-figure="${name}"><span class="label"><i class="shape"></i><span data-word="${word}"></span></span>`
  + '<span class="value"></span><span class="note"></span></div>';

TILES.hero = {
  html: '<div class="verdict"><i class="shape"></i><strong class="verdict-word"></strong></div><p class="verdict-why"></p>'
    + '<div class="figure main" data-figure="service_level"><span class="label"><i class="shape"></i><span class="label-text"></span></span><span class="value"></span><span class="note"></span></div>'
    + '<p class="budget"><i class="shape"></i><span class="budget-text"></span> <span class="budget-why"></span></p>'
    + FIGURE('today', 'wall.today') + FIGURE('projected', 'wall.projected') + FIGURE('waiting', 'wall.waiting') + FIGURE('oldest', 'wall.oldest'),
  draw(root, hero, say) {
    const words = say.words;
    setData(root.querySelector('.verdict'), 'status', hero.verdict);
    setText(root.querySelector('.verdict-word'), words.wall[`verdict_${hero.verdict}`]);
    setText(root.querySelector('.verdict-why'), whyOf(hero, words));
    setText(root.querySelector('.main .label-text'), fill(words.wall.sl_30m, { formula: hero.formula }));
    heroFigure(root, 'service_level', percent(hero.service_level, 1, words), hero.service_level_status, fill(words.wall.goal, { goal: percent(hero.goal, 0, words) }));
    heroFigure(root, 'today', percent(hero.today, 1, words), hero.today_status, '');
    heroFigure(root, 'projected', percent(hero.projected, 1, words), hero.projected_status, '');
    heroFigure(root, 'waiting', number(hero.waiting), 'plain', '');
    heroFigure(root, 'oldest', duration(hero.oldest_wait_s, words), hero.wait_status, said(hero.oldest_in, say.language));
    drawBudget(root.querySelector('.budget'), hero.budget, say);
  },
};

// What led to the verdict; `isShort` leaves out what only warns beside what is critical.
function whyOf(told, words, isShort = false) {
  const { queues, alerts } = told, all = Object.values(queues).reduce((sum, count) => sum + count, 0), wall = words.wall;
  const counted = (text, n) => (n ? [fill(text, { n })] : []);
  const warns = !isShort || !(alerts.grave || queues.critical);
  const bad = [...counted(wall.queues_critical, queues.critical), ...counted(wall.queues_warning, warns ? queues.warning : 0)];
  const ofQueues = bad.length ? bad : counted(wall.queues_normal, queues.normal);
  return [
    ...counted(wall.grave_alerts, alerts.grave), ...counted(wall.other_alerts, warns && !alerts.grave ? alerts.other : 0),
    ...(ofQueues.length ? [fill(wall.queues_why, { told: ofQueues.join(' · '), all })] : []), ...counted(wall.silent_sources, told.silent_sources),
  ].join(' · ');
}

function heroFigure(root, name, text, status, note) {
  const box = root.querySelector(`[data-figure=${name}]`);
  setData(box, 'status', status);
  setText(box.querySelector('.value'), text);
  setText(box.querySelector('.note'), note);
}

function drawBudget(line, budget, say) {
  const words = say.words;
  setData(line, 'status', budget ? budget.status : 'unknown');
  if (!budget) {
    setText(line.querySelector('.budget-text'), words.wall.budget_unknown);
    setText(line.querySelector('.budget-why'), '');
    return;
  }
  const template = budget.left < 0 ? words.wall.budget_gone : budget.exhausted_at ? words.wall.budget_until : words.wall.budget_left;
  const time = budget.exhausted_at ? hourOf(budget.exhausted_at, say.frame.zone, say.language) : '';
  setText(line.querySelector('.budget-text'), fill(template, { n: Math.abs(budget.left).toLocaleString(say.language), time }));
  setText(line.querySelector('.budget-why'), words.wall[`volume_${budget.volume_from}`]);
}
