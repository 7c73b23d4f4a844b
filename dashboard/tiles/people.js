// People by what they do, as one bar and five numbers.

const STATES = { busy: 'wall.busy', acw: 'wall.acw', available: 'wall.available', paused: 'wall.paused' };

TILES.people = {
  html: `<h2 data-title></h2><div class="bar">${Object.keys(STATES).map((state) => `<i data-state="${state}"></i>`).join('')}</div>`
    + `<dl>${Object.entries({ ...STATES, logged_in: 'wall.logged_in' }).map(([state, word]) => `<div><dt data-state="${state}" data-word="${word}"></dt><dd data-people="${state}"></dd></div>`).join('')}</dl>`,
  draw(root, people) {
    const all = people.logged_in || 0;
    for (const element of root.querySelectorAll('[data-people]')) setText(element, number(people[element.dataset.people]));
    for (const part of root.querySelectorAll('.bar i')) setStyle(part, 'flex-grow', String(all ? people[part.dataset.state] ?? 0 : 0));
  },
};
