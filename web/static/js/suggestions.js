// Titles, names and subjects that begin as typed, below a search box. Taking one searches for it, a name among names and a subject among
// subjects. Without this file the box searches all the same.

import { watch } from "./offers.js";

const placeInBox = (box) => ({
  source: box.dataset.suggestions,
  typed: box.value.trim(),
  leaves: true,
  put: ({ text, kind }) => {
    const asked = new URLSearchParams(kind === "title" ? { q: text } : { q: text, field: kind });
    location.assign(`${box.form.action}?${asked}`);
  },
});

for (const box of document.querySelectorAll("[data-suggestions]")) watch(box, placeInBox);
