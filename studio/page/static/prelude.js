// Shared by the page's own widgets. Gradio gives `element`, `props`, `trigger` and `watch`; the widget's template is one
// constant empty element, so Gradio never redraws it and the widget owns what is inside.
const root = element.firstElementChild;
const FAINTEST = 0.02; // shares below are the Gaussians' tails, as in conditioning.emotion
const clamp = (value, low = -1) => Math.max(low, Math.min(1, Math.round(value * 100) / 100));
const escapeHtml = text => String(text).replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
const labelsNow = () => props.table[props.value.vocabulary];
// A new object each time: Gradio does not see a change inside the old one.
const change = values => { props.value = { ...props.value, ...values }; };

// Shares by name of the labels of the chosen list at a point, without the tails.
function sharesAt(point) {
  const labels = labelsNow();
  const named = nearness(point, labels).map((share, i) => [labels[i].name, share]).filter(([, share]) => share >= FAINTEST);
  const total = named.reduce((sum, [, share]) => sum + share, 0) || 1;
  return Object.fromEntries(named.map(([name, share]) => [name, share / total]));
}

const heaviest = shares => Object.entries(shares).sort((a, b) => b[1] - a[1])[0]?.[0];
const colourOf = name => labelsNow().find(label => label.name === name)?.colour || 'gray';
const fillTrack = slider => slider.style.setProperty('--p', `${(100 * (slider.value - slider.min)) / (slider.max - slider.min)}%`);
