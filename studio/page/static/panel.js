// The emotion panel: a pad of valence and arousal, dominance, intensity, and a slider for each label's share. What was
// moved is told in `by`: "names" (shares), "point" (pad or dominance) or "intensity"; Python makes the emotion of it.
root.innerHTML = '<div class="pad"></div><div class="dials"></div><div class="mix" role="group" aria-label="Mixture"></div>';
const [pad, dials, mix] = root.children;
const SIDE = 300; // of the pad's own coordinates
const REACH = 128; // of them from the middle to 1
const CROWDED = 16; // labels above which only those in use are written
const LEAST = 0.05; // intensity of a slider; none at all is the label neutral
let dragging = false;
let shown = '';

const xOf = valence => SIDE / 2 + REACH * valence;
const yOf = arousal => SIDE / 2 - REACH * arousal;

// Labels with the place of their text, moved apart until none covers another.
function placed() {
  const places = labelsNow().map(label => ({ ...label, x: xOf(label.mean[0]), y: yOf(label.mean[1]), width: label.name.length * 6.2 + 14 }));
  for (const place of places) {
    place.textX = Math.min(SIDE - 4 - place.width / 2, Math.max(4 + place.width / 2, place.x));
    place.textY = place.y + 15;
  }
  if (places.length > CROWDED) return places;
  for (let round = 0; round < 80; round++) {
    for (const a of places) {
      for (const b of places) {
        if (a === b || a.textY > b.textY) continue;
        const overlap = 13 - Math.abs(a.textY - b.textY);
        if (overlap > 0 && Math.abs(a.textX - b.textX) < (a.width + b.width) / 2) {
          a.textY -= overlap / 2;
          b.textY += overlap / 2;
        }
      }
    }
  }
  return places;
}

function drawPad(places) {
  const id = `g${Math.random().toString(36).slice(2)}`;
  const strength = 0.42 * Math.min(1, 12 / places.length);
  const glow = places.map((p, i) => `<radialGradient id="${id}-${i}"><stop stop-color="${p.colour}" stop-opacity="${strength}"/><stop offset="1" stop-color="${p.colour}" stop-opacity="0"/></radialGradient>`);
  const clouds = places.map((p, i) => `<circle cx="${p.x}" cy="${p.y}" r="88" fill="url(#${id}-${i})"/>`);
  const names = places.map(p => `<g class="label" data-name="${escapeHtml(p.name)}"><circle cx="${p.x}" cy="${p.y}" r="3.5" fill="${p.colour}"><title>${escapeHtml(p.name)}</title></circle>
    <text x="${p.textX}" y="${p.textY}" text-anchor="middle">${escapeHtml(p.name)}</text></g>`);
  pad.classList.toggle('crowded', places.length > CROWDED);
  pad.innerHTML = `<svg viewBox="0 0 ${SIDE} ${SIDE}"><defs>${glow.join('')}</defs>${clouds.join('')}
    <path class="axis" d="M150 22V278M10 150H290"/><text class="end" x="150" y="16" text-anchor="middle">excited</text>
    <text class="end" x="150" y="292" text-anchor="middle">calm</text><text class="end" x="8" y="292">unpleasant</text>
    <text class="end" x="292" y="292" text-anchor="end">pleasant</text>${names.join('')}
    <g class="dot" tabindex="0" role="slider" aria-label="Valence and arousal; arrow keys move it" aria-valuemin="-1" aria-valuemax="1"><circle class="ring"/><circle class="core" r="8"/></g></svg>`;
}

function build() {
  const places = placed();
  drawPad(places);
  const dial = (name, low, title, tip) => `<label title="${tip}"><span>${title}</span><input type="range" data-dial="${name}" min="${low}" max="1" step="0.05"><output></output></label>`;
  dials.innerHTML = dial('dominance', -1, 'Dominance', 'from weak to in control') + dial('intensity', LEAST, 'Intensity', 'from faint to full');
  mix.innerHTML = places.map(p => `<div class="row" style="--c:${p.colour}"><button type="button" data-only="${escapeHtml(p.name)}" title="Only ${escapeHtml(p.name)}">${escapeHtml(p.name)}</button>
    <input type="range" data-share="${escapeHtml(p.name)}" min="0" max="1" step="0.05" aria-label="Share of ${escapeHtml(p.name)}"><output></output></div>`).join('');
  shown = props.value.vocabulary;
}

function drawDot(vad, intensity, shares) {
  const top = heaviest(shares);
  const dot = pad.querySelector('.dot');
  dot.setAttribute('transform', `translate(${xOf(vad[0])} ${yOf(vad[1])})`);
  dot.style.setProperty('--c', colourOf(top));
  dot.setAttribute('aria-valuenow', vad[0]);
  dot.setAttribute('aria-valuetext', `valence ${vad[0]}, arousal ${vad[1]}, ${top || 'neutral'}`);
  dot.querySelector('.ring').setAttribute('r', 10 + 12 * intensity);
}

function draw() {
  if (shown !== props.value.vocabulary) build();
  const { vad, intensity, shares } = props.value;
  drawDot(vad, intensity, shares);
  for (const [name, value] of [['dominance', vad[2]], ['intensity', intensity]]) {
    const slider = dials.querySelector(`[data-dial=${name}]`);
    slider.value = value;
    slider.nextElementSibling.textContent = (value > 0 && name === 'dominance' ? '+' : '') + value.toFixed(2);
    fillTrack(slider);
  }
  for (const slider of mix.querySelectorAll('[data-share]')) {
    const share = shares[slider.dataset.share] || 0;
    slider.value = share;
    slider.nextElementSibling.textContent = share >= 0.005 ? `${Math.round(100 * share)} %` : '–';
    slider.parentElement.classList.toggle('on', share >= 0.005);
    slider.previousElementSibling.setAttribute('aria-pressed', share > 0.5);
    fillTrack(slider);
  }
  for (const label of pad.querySelectorAll('.label')) label.classList.toggle('on', (shares[label.dataset.name] || 0) >= 0.1);
}

function moveTo(valence, arousal, dominance = props.value.vad[2]) {
  const vad = [clamp(valence), clamp(arousal), clamp(dominance)];
  change({ vad, shares: sharesAt(vad), by: 'point' });
  draw();
}

function choose(name) {
  const label = labelsNow().find(each => each.name === name);
  change({ shares: { [name]: 1 }, vad: label.mean.map(x => clamp(x)), by: 'names' });
  draw();
  trigger('release');
}

// The other labels keep their proportions in what is left.
function share(name, value) {
  const rest = Object.entries(props.value.shares).filter(([other, weight]) => other !== name && weight > 0);
  const total = rest.reduce((sum, [, weight]) => sum + weight, 0);
  const shares = Object.fromEntries(rest.map(([other, weight]) => [other, (weight / total) * (1 - value)]));
  shares[name] = total ? value : 1;
  const labels = labelsNow();
  const vad = [0, 1, 2].map(axis => clamp(labels.reduce((sum, label) => sum + (shares[label.name] || 0) * label.mean[axis], 0)));
  change({ shares, vad, by: 'names' });
  draw();
}

function follow(event) {
  const frame = pad.getBoundingClientRect();
  const scale = SIDE / frame.width;
  moveTo(((event.clientX - frame.left) * scale - SIDE / 2) / REACH, (SIDE / 2 - (event.clientY - frame.top) * scale) / REACH);
}

pad.addEventListener('pointerdown', event => {
  const label = event.target.closest('.label');
  if (label) { choose(label.dataset.name); return; }
  dragging = true;
  pad.setPointerCapture(event.pointerId);
  follow(event);
  pad.querySelector('.dot').focus({ preventScroll: true });
});
pad.addEventListener('pointermove', event => { if (dragging) follow(event); });
for (const end of ['pointerup', 'pointercancel']) {
  pad.addEventListener(end, () => { if (dragging) { dragging = false; trigger('release'); } });
}
pad.addEventListener('mousedown', event => event.preventDefault()); // or the press takes the focus away again
pad.addEventListener('keydown', event => {
  const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
  if (!step) return;
  event.preventDefault();
  moveTo(props.value.vad[0] + step[0], props.value.vad[1] + step[1]);
  trigger('release');
});
root.addEventListener('click', event => { if (event.target.matches('[data-only]')) choose(event.target.dataset.only); });
root.addEventListener('input', event => {
  const value = Number(event.target.value);
  const { dial, share: name } = event.target.dataset;
  if (dial === 'intensity') { change({ intensity: value, by: 'intensity' }); draw(); }
  if (dial === 'dominance') moveTo(props.value.vad[0], props.value.vad[1], value);
  if (name) share(name, value);
});
root.addEventListener('change', () => trigger('release'));
watch('value', draw);
draw();
