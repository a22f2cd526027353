"use strict";
if (document.documentElement.dataset.frScheme === "system") { // the design system's dark theme, as the browser prefers; without this script, light
  const dark = matchMedia("(prefers-color-scheme: dark)"), set = () => { document.documentElement.dataset.frTheme = dark.matches ? "dark" : "light"; };
  set(); dark.addEventListener("change", set);
}
// What pages can do better with JavaScript; without it every one of them works.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => { // a second press of the button sends nothing twice
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });
for (const field of document.querySelectorAll("input[data-slider]")) { // a day can be dragged as well as written
  const day = 86400000, at = (text) => Math.round(Date.parse(text) / day), slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: at(field.min), max: at(field.max), value: at(field.value) });
  slider.setAttribute("aria-label", field.labels[0] ? field.labels[0].textContent : "");
  slider.addEventListener("input", () => { field.value = new Date(slider.value * day).toISOString().slice(0, 10); });
  slider.addEventListener("change", () => { field.form.requestSubmit(); });
  field.addEventListener("input", () => { if (field.value) slider.value = at(field.value); });
  field.after(slider);
}
