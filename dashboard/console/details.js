// One incident in full beside the list, over it on a phone: it is the one a person chose, and stays when its incident goes.

const PHONE = '(max-width: 760px)';

function placeDetails(view) {
  const { root, words } = view, panel = root.querySelector('.details'), parts = partsOf(panel), board = root.querySelector('.board');
  const details = { element: panel, parts, id: null, incident: null };
  for (const [value, text] of [['', words.console.cause], ...view.data.causes]) parts.cause.append(new Option(text, value));
  parts.cause.setAttribute('aria-label', words.console.cause);
  for (const [value, text] of [['', words.console.silence_for], ...view.data.silences]) parts.length.append(new Option(text, value));
  parts.length.setAttribute('aria-label', words.console.silence_for);
  parts.back.onclick = () => details.close();
  for (const deed of ['acknowledge', 'take', 'mitigate', 'escalate']) parts[deed].onclick = () => act(view, details.incident, deed);
  onWritten(parts.closing, () => act(view, details.incident, 'close', parts.cause.value));
  onWritten(parts.silencing, () => act(view, details.incident, 'silence', parts.length.value));
  parts.unsilence.onclick = () => act(view, details.incident, 'unsilence', details.incident.muted?.by);
  onWritten(parts.assigning, () => act(view, details.incident, 'assign', parts.assignTo.value));
  onWritten(parts.commenting, () => act(view, details.incident, 'comment', parts.commentText.value));
  placeholders(parts, words);

  details.isOpen = () => details.id !== null;
  details.show = (id) => {
    if (id !== details.id) for (const form of [parts.closing, parts.silencing, parts.assigning, parts.commenting]) form.reset();
    details.id = id;
    panel.hidden = false;
    setData(root, 'details', 'open');
    board.inert = window.matchMedia(PHONE).matches;
    details.draw();
  };
  details.hide = () => {
    if (!details.isOpen()) return;
    Object.assign(details, { id: null, incident: null });
    panel.hidden = true;
    setData(root, 'details', 'closed');
    board.inert = false;
    view.list.focus();
  };
  details.draw = () => {
    if (!details.isOpen()) return;
    const found = view.rows.get(details.id);
    details.incident = found ?? details.incident;
    drawDetails(details, view, !found);
  };
  return Object.assign(details, steppedDetails(details, view));
}

function onWritten(form, done) {
  form.onsubmit = (event) => { event.preventDefault(); done(); };
}
function placeholders(parts, words) {
  for (const [field, word] of [[parts.assignTo, words.console.assign_to], [parts.commentText, words.console.comment_here]]) {
    field.placeholder = word;
    field.setAttribute('aria-label', word);
  }
}

// What a person does to the details is a step in the history, so that the button and the back of a phone do the same.
function steppedDetails(details, view) {
  const { parts } = details;
  return {
    open(isAsked) {
      if (!view.rows.has(view.active)) return;
      const wasOpen = details.isOpen();
      details.show(view.active);
      if (wasOpen) replaceAddress(view); else pushAddress(view, OPENED_HERE);
      if (isAsked || view.root.querySelector('.board').inert) parts.what.focus();
    },
    follow(id) {
      if (!details.isOpen() || id === details.id) return;
      details.show(id);
      replaceAddress(view);
    },
    close() {
      if (history.state?.pulse === OPENED_HERE) history.back();
      else { details.hide(); pushAddress(view); }
    },
    askCause() { details.open(); parts.cause.focus(); },
  };
}

function drawDetails(details, view, isGone) {
  const { incident, parts, element } = details, { words } = view;
  drawLevel(element, parts, incident, words);
  drawFlags(parts.flags, incident, words);
  drawAct(parts, incident, view);
  drawDetailTimes(details, view);
  setText(parts.what, saidIn(incident.title, view.data.language));
  setText(parts.why, whyOf(incident, view));
  setText(parts.owner, incident.owner ?? words.console.no_owner);
  setText(parts.place, placeOf(incident, view));
  setText(parts.rule, `${incident.rule} #${incident.id}`);
  setText(parts.answers, incident.rule_owner ? saidIn(incident.rule_owner, view.data.language) : '');
  parts.answersTitle.hidden = parts.answers.hidden = !incident.rule_owner;
  setText(parts.peak, incident.peak ? saidIn(incident.peak, view.data.language) : '');
  parts.peakTitle.hidden = parts.peak.hidden = !incident.peak;
  setText(parts.notTold, incident.not_told.join(', '));
  parts.toldTitle.hidden = parts.notTold.hidden = !incident.not_told.length;
  drawQuiet(parts, incident.muted, view);
  drawDeeds(parts, incident, view, isGone);
  drawLog(parts, incident, view);
  if (isGone) setText(parts.refusal, view.acts.isMine(incident.id) ? words.console.closed : words.console.gone);
  parts.incidentPage.href = `/incident?id=${incident.id}&lang=${view.data.language}`;
  parts.runbook.hidden = !incident.runbook;
  if (incident.runbook) parts.runbook.href = incident.runbook;
  drawContributors(parts, incident, view);
}

// What this person may do to it as it is now.
function drawDeeds(parts, incident, view, isGone) {
  const { may } = view.data, offered = {
    acknowledge: mayAcknowledge(incident), take: incident.owner !== null && incident.owner !== view.me, mitigate: !incident.mitigated && !incident.is_over,
    escalate: incident.level > 1 && !incident.is_over, closing: incident.may_close, assigning: true,
    silencing: !incident.muted, unsilence: incident.muted?.kind === 'silence',
  };
  const deedOf = { closing: 'close', assigning: 'assign', silencing: 'silence' };
  for (const [name, isOffered] of Object.entries(offered)) parts[name].hidden = isGone || !isOffered || !may[deedOf[name] ?? name];
  parts.commenting.hidden = !may.comment;
  setText(parts.acknowledge, view.acts.stateOf(incident.id) === 'sending' ? view.words.console.sending : view.words.console.acknowledge);
}

// What keeps it quiet, and until when.
function drawQuiet(parts, muted, view) {
  parts.quietTitle.hidden = parts.quiet.hidden = !muted;
  if (!muted) return;
  const why = saidIn(muted.why, view.data.language);
  setText(parts.quiet, muted.until === null ? why : fill(view.words.console.quiet_until, { why, time: clockTime(muted.until, view.data) }));
}

function drawContributors(parts, incident, view) {
  parts.partsTitle.hidden = !incident.contributors.length;
  while (parts.parts.children.length < incident.contributors.length) parts.parts.append(document.createElement('li'));
  [...parts.parts.children].forEach((part, index) => {
    const one = incident.contributors[index];
    part.hidden = !one;
    if (!one) return;
    setText(part, partOf(one, view));
    setStyle(part, '--share', String(Math.max(0, Math.min(one.share_ratio, 1))));
  });
}

function drawDetailTimes(details, view) {
  if (!details.incident || !details.isOpen()) return;
  drawTimes(details, view);
  const { parts, incident } = details;
  setText(parts.since, fill(view.words.console.opened, { time: clockTime(incident.opened_at, view.data), age: parts.since.textContent }));
  if (incident.acknowledge_by === null) setText(parts.due, '—');
}

// By the site's clocks, like the wall and the day page.
function clockTime(at, data) {
  return new Date(at).toLocaleString(data.language, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone: data.zone });
}
