// The timeline of the script: what is felt in each sentence, on valence and arousal. A dragged point is a new emotion of
// its sentence; a chosen sentence is what the panel then edits.
const NAME = 16; // pixels over each axis for its name
const ROW = 62;
const STEP = NAME + ROW;
const AXES = ['valence', 'arousal'];
let dragging = null; // [axis, sentence]
let width = 400;

const sentences = () => props.value.sentences;
const yOf = (axis, value) => axis * STEP + NAME + ROW / 2 - value * (ROW / 2 - 7);

function curve(axis, xs) {
  const ys = sentences().map(sentence => yOf(axis, sentence.felt[axis]));
  let path = `M0 ${ys[0]}L${xs[0]} ${ys[0]}`;
  for (let i = 1; i < ys.length; i++) {
    const middle = (xs[i - 1] + xs[i]) / 2;
    path += `C${middle} ${ys[i - 1]} ${middle} ${ys[i]} ${xs[i]} ${ys[i]}`;
  }
  return `${path}H${width}`;
}

function axisRow(axis, xs) {
  const path = curve(axis, xs);
  const points = sentences().map((sentence, i) => `<circle data-key="${axis}-${i}" tabindex="0" role="slider" aria-label="${AXES[axis]} of sentence ${i + 1}" aria-valuemin="-1" aria-valuemax="1"
    aria-valuenow="${sentence.felt[axis]}" cx="${xs[i]}" cy="${yOf(axis, sentence.felt[axis])}" r="${i === props.value.chosen ? 8 : 6.5}" fill="${sentence.colour}" class="${i === props.value.chosen ? 'chosen' : ''}"/>`);
  return `<rect class="ground" y="${axis * STEP + NAME}" width="${width}" height="${ROW}" rx="6"/>
    <line class="zero" x2="${width}" y1="${yOf(axis, 0)}" y2="${yOf(axis, 0)}"/>
    <path d="${path}V${yOf(axis, 0)}H0Z" fill="url(#line-colours)" opacity=".2"/>
    <path d="${path}" fill="none" stroke="url(#line-colours)" stroke-width="2.5"/>
    <text x="1" y="${axis * STEP + 11}">${AXES[axis]}</text>${points.join('')}`;
}

function draw() {
  document.dispatchEvent(new CustomEvent('affect:tints', { detail: props.value.tints }));
  width = root.clientWidth || width;
  const all = sentences();
  const seconds = all.reduce((sum, sentence) => sum + sentence.seconds, 0) || 1;
  const xs = all.map(sentence => (width * (sentence.start + sentence.seconds / 2)) / seconds);
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const stops = all.map((sentence, i) => `<stop offset="${xs[i] / width}" stop-color="${sentence.colour}"/>`).join('');
  const buttons = all.map((sentence, i) => `<button type="button" data-i="${i}" aria-pressed="${i === props.value.chosen}" title="${escapeHtml(sentence.text)}" style="--c:${sentence.colour};flex:${sentence.seconds} 1 0">
    <b>${escapeHtml(sentence.label)}${sentence.also ? `<i> ${escapeHtml(sentence.also)}</i>` : ''}</b><span>${escapeHtml(sentence.text)}</span></button>`);
  root.innerHTML = `<svg width="${width}" height="${2 * STEP}"><defs><linearGradient id="line-colours" gradientUnits="userSpaceOnUse" x2="${width}">${stops}</linearGradient></defs>
    ${all.length ? AXES.map((_, axis) => axisRow(axis, xs)).join('') : ''}</svg><div class="says">${buttons.join('')}</div>`;
  if (held) root.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
}

function set(axis, i, value) {
  const all = sentences().map(sentence => ({ ...sentence }));
  const felt = [...all[i].felt];
  felt[axis] = clamp(value);
  const label = heaviest(sharesAt(felt)) || 'neutral';
  Object.assign(all[i], { felt, label, colour: colourOf(label) });
  change({ sentences: all, chosen: i });
  draw();
}

root.addEventListener('pointerdown', event => {
  const key = event.target.dataset.key;
  if (!key) return;
  dragging = key.split('-').map(Number);
  root.setPointerCapture(event.pointerId);
  change({ chosen: dragging[1] });
  draw();
  root.querySelector(`[data-key="${key}"]`).focus({ preventScroll: true });
  event.preventDefault();
});
root.addEventListener('pointermove', event => {
  if (!dragging) return;
  const down = event.clientY - root.getBoundingClientRect().top;
  set(...dragging, (dragging[0] * STEP + NAME + ROW / 2 - down) / (ROW / 2 - 7));
});
for (const end of ['pointerup', 'pointercancel']) {
  root.addEventListener(end, () => { if (dragging) { dragging = null; trigger('release'); } });
}
root.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  const i = Number(button.dataset.i);
  change({ chosen: props.value.chosen === i ? -1 : i });
  draw();
  trigger('select');
});
root.addEventListener('keydown', event => {
  const key = event.target.dataset.key;
  if (!key) return;
  const [axis, i] = key.split('-').map(Number);
  const step = { ArrowUp: 0.05, ArrowDown: -0.05 }[event.key];
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step && !aside) return;
  event.preventDefault();
  if (aside) { root.querySelector(`[data-key="${axis}-${i + aside}"]`)?.focus(); return; }
  set(axis, i, sentences()[i].felt[axis] + step);
  trigger('release');
});
new ResizeObserver(() => { if (root.clientWidth !== width) draw(); }).observe(root);
document.addEventListener('affect:editor', draw); // the editor may be built later and needs its tints
watch('value', draw);
draw();
