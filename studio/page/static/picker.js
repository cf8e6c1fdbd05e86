// People to choose from: a radio group of cards, each with a picture or a button to hear it. Arrow keys move the choice.
// Pictures and sounds come later by `affect:preview`, so that what is chosen meanwhile stays.
root.setAttribute('role', 'radiogroup');
let pictures = {};
let waiting = ''; // whose sound is being made
let sound = null; // that plays
let speaking = '';

const nameOf = item => item.name || 'default';
const radios = () => [...root.querySelectorAll('[role=radio]')];

function card(item, i) {
  const { chosen, hears, pictured } = props.value;
  const on = item.name === chosen;
  const state = waiting === nameOf(item) ? 'waits' : speaking === nameOf(item) ? 'plays' : '';
  const hear = hears
    ? `<button type="button" class="hear ${state}" data-i="${i}" aria-label="${state === 'plays' ? 'Stop' : 'Hear'} ${escapeHtml(item.title)}"></button>`
    : '';
  const src = pictures[item.name] || '';
  const face = pictured ? `<span class="face">${src ? `<img alt="" src="${escapeHtml(src)}">` : ''}</span>` : '';
  return `<div class="who ${on ? 'on' : ''}">${hear}<button type="button" role="radio" data-i="${i}" aria-checked="${on}" tabindex="${on ? 0 : -1}"
    title="${escapeHtml(item.note)}">${face}<b>${escapeHtml(item.title)}</b></button></div>`;
}

function draw() {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  const place = held && [held.className.includes('hear') ? '.hear' : '[role=radio]', held.dataset.i];
  root.setAttribute('aria-label', props.value.label);
  root.classList.toggle('pictured', props.value.pictured);
  const who = props.value.items.find(item => item.name === props.value.chosen);
  root.innerHTML = `${props.value.items.map(card).join('')}<p>${escapeHtml(who?.note || '')}</p>`;
  if (!root.querySelector('[aria-checked=true]')) root.querySelector('[role=radio]')?.setAttribute('tabindex', 0);
  if (place) root.querySelector(`${place[0]}[data-i="${place[1]}"]`)?.focus({ preventScroll: true });
}

function choose(i) {
  const item = props.value.items[i];
  if (!item) return;
  change({ chosen: item.name });
  draw();
  radios()[i].focus({ preventScroll: true });
  trigger('select', { do: 'choose', name: item.name });
}

function quiet() {
  sound?.pause();
  sound = null;
  speaking = '';
}

function hear(i) {
  const item = props.value.items[i];
  const stops = speaking === nameOf(item);
  quiet();
  if (!stops) { waiting = nameOf(item); trigger('select', { do: 'hear', name: item.name }); }
  draw();
}

root.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  (button.matches('.hear') ? hear : choose)(Number(button.dataset.i));
});
root.addEventListener('keydown', event => {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (!step || !event.target.matches('[role=radio]')) return;
  event.preventDefault();
  const count = props.value.items.length;
  choose((Number(event.target.dataset.i) + step + count) % count);
});
document.addEventListener('affect:preview', ({ detail }) => {
  if (detail.of !== props.value.of) return;
  if (detail.pictures) pictures = detail.pictures;
  if ('sound' in detail) {
    quiet();
    waiting = '';
    if (detail.sound) {
      sound = new Audio(detail.sound);
      speaking = detail.name;
      sound.onended = () => { quiet(); draw(); };
      sound.play().catch(() => { quiet(); draw(); });
    }
  }
  draw();
});
watch('value', draw);
draw();
