// The set-up dialog: which screen, how far the farthest viewer; a layout whose smallest type would be too small cannot be chosen.

const ARC_MINUTES = 16, MM_PER_INCH = 25.4, ARC_MINUTES_PER_RADIAN = 10800 / Math.PI;

// The height of a capital letter of the layout's smallest type, in minutes of arc, on this screen's own shape.
function arcMinutes(layout, data, diagonalIn, distanceM) {
  const unitPx = { portrait: Math.min(innerWidth / 100, innerHeight * 0.005625), wide: Math.min(innerHeight / 100, innerWidth * 0.004219) };
  const px = unitPx[shapeOf(innerWidth, innerHeight)] ?? Math.min(innerHeight / 100, innerWidth * 0.005625);
  const mmPerPx = (diagonalIn * MM_PER_INCH) / Math.hypot(innerWidth, innerHeight);
  return Math.atan((layout.smallest * px * mmPerPx * data.cap_ratio) / (distanceM * 1000)) * ARC_MINUTES_PER_RADIAN;
}

// From how far the layout can be read on a screen of that size, in half metres: what the dialog begins with.
function farthest(layout, data, diagonalIn) {
  return Math.max(0.5, Math.floor((arcMinutes(layout, data, diagonalIn, 1) / ARC_MINUTES) * 2) / 2);
}

function settingUp(root, address, data) {
  const dialog = root.querySelector('.setup'), form = dialog.querySelector('form'), words = data.words;
  const choices = data.layouts.map((layout) => buildChoice(form.querySelector('.setup-layouts'), layout, data));
  form.elements.screen.value = address.get('screen') ?? 55;
  form.elements.distance.value = address.get('distance') ?? farthest(data.layout, data, form.elements.screen.value);
  form.elements.night.value = address.get('night') ?? '';
  form.elements.sound.checked = address.get('sound') === 'on';
  form.elements.classic.checked = address.get('palette') === 'classic';
  const judge = () => {
    const screen = Number(form.elements.screen.value), distance = Number(form.elements.distance.value), known = screen > 0 && distance > 0;
    for (const { layout, label, input, size } of choices) {
      const seen = known ? arcMinutes(layout, data, screen, distance) : 0, readable = seen >= ARC_MINUTES;
      setData(label, 'readable', readable);
      input.disabled = !readable;
      if (!readable) input.checked = false;
      setText(size, fill(readable ? words.setup.readable : words.setup.too_small, { minutes: seen.toFixed(0), least: ARC_MINUTES }));
    }
    form.querySelector('.setup-use').disabled = !choices.some(({ input }) => input.checked);
  };
  const open = () => { if (!dialog.open) { judge(); dialog.showModal(); } };
  const pressed = (event) => { if (event.key === 's' && !dialog.open) open(); };
  form.addEventListener('input', judge);
  root.querySelector('.setup-open').addEventListener('click', open);
  dialog.addEventListener('close', () => { if (dialog.returnValue === 'use') location.search = addressOf(address, form); });
  addEventListener('keydown', pressed);
  return { stop: () => removeEventListener('keydown', pressed) };
}

function buildChoice(holder, layout, data) {
  const label = document.createElement('label'), input = document.createElement('input');
  const title = document.createElement('span'), size = document.createElement('span');
  label.className = 'setup-choice';
  size.className = 'setup-size';
  Object.assign(input, { type: 'radio', name: 'layout', value: layout.name, checked: layout.name === data.layout.name });
  title.textContent = layout.title;
  label.append(input, title, size);
  holder.append(label);
  return { layout, label, input, size };
}

// The same address with what was chosen; nothing else in it is lost.
function addressOf(address, form) {
  const chosen = new URLSearchParams(address);
  for (const name of ['layout', 'screen', 'distance', 'night']) {
    if (form.elements[name].value) chosen.set(name, form.elements[name].value);
    else chosen.delete(name);
  }
  for (const [name, box, value] of [['sound', 'sound', 'on'], ['palette', 'classic', 'classic']]) {
    if (form.elements[box].checked) chosen.set(name, value);
    else chosen.delete(name);
  }
  chosen.delete('page');
  return chosen.toString();
}
