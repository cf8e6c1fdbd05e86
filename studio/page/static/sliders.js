// A list of sliders with one value: a number for each name.
const { rows } = props.table;
root.innerHTML = rows.map(row => `<label><span>${escapeHtml(row.title)}</span><input type="range" data-name="${escapeHtml(row.name)}"
  min="${row.low}" max="${row.high}" step="${row.step}"><output></output></label>`).join('');

function draw() {
  for (const slider of root.querySelectorAll('input')) {
    const value = props.value[slider.dataset.name];
    slider.value = value;
    slider.nextElementSibling.textContent = Number(value).toFixed(slider.step >= 1 ? 0 : 2);
    fillTrack(slider);
  }
}

root.addEventListener('input', event => {
  change({ [event.target.dataset.name]: Number(event.target.value) });
  draw();
});
root.addEventListener('change', () => trigger('release'));
watch('value', draw);
draw();
