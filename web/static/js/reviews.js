// One key for each decision: M, K, C, and N for the next. Letters alone, and not while something is typed.

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const command = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!command) return;
  event.preventDefault();
  command.click();
});
