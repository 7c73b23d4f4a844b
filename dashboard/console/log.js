// What happened to one incident, read when it is shown and again when it has changed; lines are added, none is drawn anew.

function drawLog(parts, incident, view) {
  const wanted = `${incident.id} ${incident.version} ${incident.is_over} ${incident.muted?.by} ${incident.flapping} ${view.acts.count()}`;
  if (parts.log.dataset.read === wanted) return;
  const isOther = parts.log.dataset.incident !== String(incident.id);
  setData(parts.log, 'read', wanted);
  setData(parts.log, 'incident', incident.id);
  if (isOther) { parts.log.replaceChildren(); parts.logAway.hidden = true; }
  readLog(incident.id).then((lines) => {
    if (parts.log.dataset.read !== wanted) return;
    parts.logAway.hidden = lines !== null;
    if (lines !== null) drawLines(parts.log, lines, view);
  });
}

async function readLog(id) {
  try {
    const answer = await fetch(`/api/alerts/log?id=${id}`, { cache: 'no-store' });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function drawLines(list, lines, view) {
  while (list.children.length > lines.length) list.lastElementChild.remove();
  while (list.children.length < lines.length) list.append(newLine());
  [...list.children].forEach((line, index) => {
    const told = lines[index];
    setData(line, 'kind', told.kind);
    setText(line.querySelector('time'), clockTime(told.at, view.data));
    setText(line.querySelector('.happened'), wordOf(told, view));
    setText(line.querySelector('.remark'), told.comment ?? '');
  });
}

function newLine() {
  const line = document.createElement('li'), time = document.createElement('time'), happened = document.createElement('span'), remark = document.createElement('q');
  happened.className = 'happened';
  remark.className = 'remark';
  line.append(time, ' ', happened, ' ', remark);
  return line;
}

// The machine's own lines say where the signal went; people's say it in their words.
function wordOf(told, view) {
  const why = saidIn(told.why, view.data.language), moved = view.words.console[`to_${told.kind}_${told.to}`];
  return moved ? `${moved} · ${why}` : why;
}
