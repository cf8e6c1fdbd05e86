// The readings under the film: a line follows the film, and a click seeks in it.
const film = () => document.querySelector('#film video');
let last = null;
setInterval(() => {
  const line = element.querySelector('.play');
  const video = film();
  if (!line || !video || !video.duration) return;
  const place = (100 * video.currentTime) / video.duration;
  if (place !== last || line.style.left === '') { last = place; line.style.left = `${place}%`; }
}, 120);
const seek = share => { const video = film(); if (video && video.duration) video.currentTime = video.duration * Math.max(0, Math.min(1, share)); };
element.addEventListener('click', event => {
  const frame = element.querySelector('.plot')?.getBoundingClientRect();
  if (frame && event.target.closest('.plot')) seek((event.clientX - frame.left) / frame.width);
});
element.addEventListener('keydown', event => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const video = film();
  if (!step || !event.target.closest('.plot') || !video || !video.duration) return;
  event.preventDefault();
  seek((video.currentTime + step) / video.duration);
});
