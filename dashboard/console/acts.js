// What a person asks for, one after the other: a page run takes one act, and a second one sent meanwhile would take its place.

const ANSWER_MS = 15000;
// These make no new version of the incident that would show what came of them.
const QUIET_DEEDS = new Set(['commented', 'silenced', 'unsilenced']);
const DONE = new Set(['done', 'taken', 'assigned', 'mitigated', 'escalated', 'commented', 'closed', 'silenced', 'unsilenced']);

// States by id: sending, until the stream shows the incident anew; refused, with the key of the word that says why.
function actsInTurn(changed) {
  const acts = { send: null }, states = new Map(), turn = [], mine = new Set();
  let last = 0, late = 0, said = null, done = 0;

  acts.ask = (asked) => {
    turn.push({ ...asked, click: (last = Math.max(Date.now(), last + 1)) });
    mine.add(asked.id);
    tell(asked.id, { state: 'sending', version: asked.version }, 'sending');
    if (turn.length === 1) sendFirst();
  };
  acts.answered = (answer) => {
    if (!answer || answer.click !== turn[0]?.click) return;
    finish(answer.answer);
  };
  // An incident that is another version than the one acted on shows for itself what came of it.
  acts.saw = (id, row) => {
    if (states.has(id) && states.get(id).version !== row?.version) states.delete(id);
  };
  acts.stateOf = (id) => states.get(id)?.state;
  acts.refusalOf = (id) => states.get(id)?.refusal;
  acts.isMine = (id) => mine.has(id);
  acts.count = () => done;
  acts.stop = () => clearTimeout(late);
  acts.disown = () => mine.clear();
  acts.said = (words) => (said === null ? '' : words.console[said]);

  function sendFirst() {
    acts.send(turn[0]);
    late = setTimeout(() => finish('no_answer'), ANSWER_MS);
  }
  function finish(answer) {
    clearTimeout(late);
    const { id, version } = turn.shift();
    if (DONE.has(answer)) {
      said = answer;
      done += 1;
      if (QUIET_DEEDS.has(answer)) states.delete(id);
    } else tell(id, { state: 'refused', refusal: answer, version }, answer);
    changed(id);
    if (turn.length) sendFirst();
  }
  function tell(id, state, word) {
    said = word;
    states.set(id, state);
    changed(id);
  }
  return acts;
}
