// One incident in the list: its texts are patched, its nodes stay, whichever incident they show.

function newRow(view) {
  const element = view.root.querySelector('template.row').content.firstElementChild.cloneNode(true);
  const row = { element, incident: null, parts: partsOf(element) };
  setText(row.parts.acknowledge, view.words.console.acknowledge);
  element.onclick = (event) => {
    activate(view, row.incident.id);
    if (!row.parts.acknowledge.contains(event.target)) view.details.open();
    else if (row.incident.is_over) view.details.askCause();
    else act(view, row.incident, 'acknowledge');
  };
  return row;
}

function partsOf(element) {
  const named = [...element.querySelectorAll('[class]')].map((part) => [part.classList[0].replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), part]);
  return Object.fromEntries(named);
}

function drawRow(row, view) {
  const { incident, parts, element } = row, { words } = view;
  setData(element, 'id', incident.id);
  setData(element, 'active', incident.id === view.active);
  drawLevel(element, parts, incident, words);
  drawFlags(parts.flags, incident, words);
  setText(parts.what, saidIn(incident.title, view.data.language));
  setText(parts.why, whyOf(incident, view));
  setText(parts.parts, incident.contributors.slice(0, 3).map((one) => partOf(one, view)).join(' · '));
  setText(parts.place, placeOf(incident, view));
  setText(parts.owner, incident.owner ?? '');
  drawAct(parts, incident, view);
  drawTimes(row, view);
}

function drawLevel(element, parts, incident, words) {
  setData(element, 'status', incident.status);
  setData(element, 'level', incident.level);
  setText(parts.roman, roman(incident.level));
  setText(parts.word, incident.is_over ? words.console.over : words.status[incident.status]);
}

// Flags are words, each in a frame of its own; a row has few of them, so their nodes are kept and filled anew.
function drawFlags(holder, incident, words) {
  const said = [incident.drill && words.console.drill, incident.mitigated && words.console.is_mitigated, incident.no_data && words.console.no_data, incident.muted && words.console[`muted_${incident.muted.kind}`], incident.flapping && words.console.flapping, incident.not_told.length && `${words.console.not_told_short} ${incident.not_told.join(', ')}`].filter(Boolean);
  holder.hidden = !said.length;
  while (holder.children.length < said.length) holder.append(document.createElement('i'));
  [...holder.children].forEach((flag, index) => { flag.hidden = index >= said.length; setText(flag, said[index] ?? ''); });
}

// One button: what is not owned is acknowledged, what is over is closed with its cause.
function drawAct(parts, incident, view) {
  const { acts, words } = view, state = acts.stateOf(incident.id), refusal = acts.refusalOf(incident.id);
  const word = state === 'sending' ? words.console.sending : incident.is_over ? words.console.to_close : words.console.acknowledge;
  setText(parts.acknowledge, word);
  parts.acknowledge.hidden = !mayAcknowledge(incident) && !(incident.is_over && view.data.may.close);
  parts.acknowledge.disabled = state === 'sending';
  setData(parts.acknowledge, 'act', incident.is_over ? 'close' : 'acknowledge');
  setText(parts.refusal, refusal ? words.console[refusal] : '');
}

function drawTimes(row, view) {
  const { incident, parts, element } = row, { words, now } = view, leftS = leftOf(incident, now);
  setText(parts.since, now === null ? '' : duration((now - incident.opened_at) / 1000, words));
  setData(element, 'overdue', leftS !== null && leftS < 0);
  setText(parts.due, leftS === null ? '' : fill(leftS < 0 ? words.console.overdue : words.console.left, { age: duration(Math.abs(leftS), words) }));
}

function leftOf(incident, now) {
  return incident.acknowledge_by === null || now === null ? null : (incident.acknowledge_by - now) / 1000;
}
function whyOf(incident, view) {
  const why = saidIn(incident.why, view.data.language);
  return incident.is_over ? fill(view.words.console.was, { why }) : why;
}
function partOf(contributor, view) {
  const value = saidIn(contributor.title, view.data.language) || contributor.value;
  return fill(view.words.console.share, { value, percent: percent(Math.min(contributor.share_ratio, 1), 0, view.words) });
}
function placeOf(incident, view) {
  return incident.scope === 'site' && incident.place.en === 'site' ? view.words.console.whole_site : saidIn(incident.place, view.data.language);
}
