// The script box: a plain text box over a coloured copy of its text. What each mark means, and so its colour, comes from
// Python with the timeline; a mark that has not been read yet stays plain.
root.innerHTML = `<div class="mirror" aria-hidden="true"></div>
  <textarea spellcheck="false" aria-label="Script with emotion marks" aria-describedby="script-help"
    placeholder="[joy] Write a sentence and say how it feels…"></textarea>`;
const [mirror, box] = root.children;
const TALLEST = 300;
let tints = {}; // mark as written: colour, "" for pauses and voices, null where it cannot be read
let waiting;

function paint() {
  let tint = '';
  let html = '';
  for (const part of box.value.split(/(\\[[\]\\]|\[[^[\]\n]*\])/)) {
    if (part.startsWith('[') && part.endsWith(']')) {
      const known = tints[part.slice(1, -1)];
      if (known) tint = known;
      html += `<b class="${known === null ? 'bad' : ''}" style="--c:${known || 'var(--border-color-primary)'}">${escapeHtml(part)}</b>`;
    } else {
      html += tint ? `<span style="--c:${tint}">${escapeHtml(part)}</span>` : escapeHtml(part);
    }
  }
  mirror.innerHTML = `${html}\n`;
  box.style.height = 'auto';
  box.style.height = `${Math.max(148, Math.min(TALLEST, box.scrollHeight))}px`;
  mirror.scrollTop = box.scrollTop;
}

function draw() {
  if (box.value !== props.value.text) box.value = props.value.text;
  paint();
}

box.addEventListener('scroll', () => { mirror.scrollTop = box.scrollTop; });
function tell() {
  clearTimeout(waiting);
  if (box.value === props.value.text) return;
  change({ text: box.value });
  trigger('input');
}

box.addEventListener('input', () => {
  paint();
  clearTimeout(waiting);
  waiting = setTimeout(tell, 250);
});
box.addEventListener('blur', tell); // so that a button pressed at once finds the whole text
document.addEventListener('affect:tints', event => { tints = event.detail; paint(); });
watch('value', draw);
draw();
document.dispatchEvent(new CustomEvent('affect:editor'));
