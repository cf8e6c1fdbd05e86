// Hands what Python tells it to the widgets, which must not be drawn anew for it.
const tell = () => { if (props.value && props.value.of) document.dispatchEvent(new CustomEvent('affect:preview', { detail: props.value })); };
watch('value', tell);
setTimeout(tell); // the widgets that listen may be built with it
