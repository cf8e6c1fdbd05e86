// Buttons drawn by Python tell it what they are for: data-do and data-name.
element.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (button) trigger('select', { do: button.dataset.do, name: button.dataset.name });
});
