// Small comforts on every page; all of it works without this file.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A list that leads on once something is chosen. Arrow keys and letters only move in it, for each step of theirs counts as a choice
// (WCAG 3.2.2): then Enter goes there, or the button that shows itself.
for (const select of document.querySelectorAll("select[data-submit]")) {
  let isMoving = false;
  select.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && select.form.classList.contains("moved")) {
      event.preventDefault();
      select.form.requestSubmit();
    }
    isMoving = true;
    setTimeout(() => { isMoving = false; });
  });
  select.addEventListener("change", () => (isMoving ? select.form.classList.add("moved") : select.form.requestSubmit()));
}

// What was opened closes by Esc or by its own "no", and the focus returns to what opened it.
function shut(details) {
  details.open = false;
  details.querySelector("summary").focus();
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  const details = event.target.closest("details[open]");
  if (!details || event.target.closest("dialog")) return;
  event.preventDefault();
  shut(details);
});
document.addEventListener("click", (event) => {
  const details = event.target.closest("[data-shut]")?.closest("details");
  if (!details) return;
  event.preventDefault();
  shut(details);
});

// After a form that did not hold, the reader begins at what is wrong; after one that did, at what was done or would be, unless
// the next scan or search is waited for.
const problem = document.querySelector("#problem");
const box = document.querySelector("main [autofocus]");
if (problem) problem.focus();
else if (box?.matches("#scan") && document.querySelector("#told")) {
  // The box keeps the focus, so that the next scan is not lost; what was done is read out as its description.
  box.setAttribute("aria-describedby", ["told", box.getAttribute("aria-describedby")].filter(Boolean).join(" "));
} else if (!box?.matches("#scan, [type=search]")) document.querySelector("#told, [data-answer]")?.focus();

// A scan that was refused stops the line: the next one is typed into nothing, until Esc or an Enter of its own leads back to the box.
if (problem && box?.id === "scan") {
  const BURST_MS = 80;
  let last = 0;
  problem.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || (event.key === "Enter" && event.timeStamp - last > BURST_MS)) {
      event.preventDefault();
      box.focus();
    }
    last = event.timeStamp;
  });
}

// A sheet opened for printing prints itself.
if (document.body.hasAttribute("data-print-now")) window.addEventListener("load", () => window.print());
