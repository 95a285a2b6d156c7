// Small comforts on every page; all of it works without this file.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// After a form that did not hold, the reader begins at what is wrong.
document.querySelector("#problem")?.focus();

// A sheet opened for printing prints itself.
if (document.body.hasAttribute("data-print-now")) window.addEventListener("load", () => window.print());
