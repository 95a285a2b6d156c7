// A row for each field of a record, by keyboard. The text area stays what is sent: rows are read from it and written back to it at every
// change, so that nothing typed depends on this file. Help for the field in hand comes from the tag table that checks it.

import { watch } from "./offers.js";

const lines = document.querySelector("#f-text");
const list = document.querySelector("[data-marc='rows']");
const form = document.querySelector("#marc");
const words = document.querySelector("#marc-words").dataset;
const help = document.querySelector("[data-marc='help']");
const toggle = document.querySelector("[data-marc='toggle']");
const pattern = document.querySelector("#marc-row").content.firstElementChild;
const removed = [];
let rules = null;

const part = (row, name) => row.querySelector(`[data-part='${name}']`);
const rows = () => [...list.children];
const rowOf = (element) => element.closest?.(".marc-row");

// --- rows and lines -------------------------------------------------------------------------------------------------------

// Only what rows can show again exactly is taken apart; a line that is no field stands whole in its content.
function divide(line) {
  const control = /^(LDR|00.) ?(.*)$/.exec(line);
  if (control) return [control[1], "", control[2]];
  const field = /^([0-9A-Z]{3}) (..) ?(.*)$/.exec(line);
  return field ? [field[1], field[2], field[3]] : ["", "", line];
}

function lineOf(row) {
  const [tag, indicators, content] = ["tag", "indicators", "content"].map((name) => part(row, name).value.replace(/[\r\n]+/g, " "));
  if (!tag) return content;
  return isControl(tag) ? `${tag} ${content}` : `${tag} ${indicators.padEnd(2, "#")} ${content}`;
}

const isControl = (tag) => tag === "LDR" || tag.startsWith("00");

function makeRow(line) {
  const row = pattern.cloneNode(true);
  ["tag", "indicators", "content"].forEach((name, at) => { part(row, name).value = divide(line)[at]; });
  suit(row);
  return row;
}

// A control field has no indicators; what is long has room.
function suit(row) {
  part(row, "indicators").disabled = isControl(part(row, "tag").value);
  const content = part(row, "content");
  content.style.height = "auto";
  if (content.scrollHeight) content.style.height = `${content.scrollHeight + 2}px`;
}

const write = () => { lines.value = rows().map(lineOf).join("\n"); };

function show(asRows) {
  if (asRows) {
    list.replaceChildren(...lines.value.split(/\r\n|\r|\n/).filter((line) => line.trim()).map(makeRow));
    lines.value = rows().map(lineOf).join("\n");
  }
  lines.hidden = asRows;
  list.hidden = !asRows;
  toggle.textContent = asRows ? toggle.dataset.lines : toggle.dataset.rows;
  rows().forEach(suit);
  try { localStorage.setItem("marc-rows", asRows ? "1" : "0"); } catch { /* a browser that keeps nothing */ }
}

function focusOn(row, name) {
  const wanted = row && part(row, name ?? "content");
  (wanted?.disabled ? part(row, "content") : wanted)?.focus();
}

function add(after, line) {
  const row = makeRow(line);
  if (after) after.after(row); else list.append(row);
  write();
  return row;
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  removed.push([rows().indexOf(row), lineOf(row)]);
  row.remove();
  write();
  focusOn(next ?? add(null, ""), "tag");
}

function bringBack() {
  const last = removed.pop();
  if (!last) return;
  const row = makeRow(last[1]);
  list.insertBefore(row, list.children[last[0]] ?? null);
  suit(row);
  write();
  focusOn(row);
}

function move(row, down) {
  const other = down ? row.nextElementSibling : row.previousElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (down) other.after(row); else other.before(row);
  focused.focus();
  write();
}

// --- keys -----------------------------------------------------------------------------------------------------------------

function press(name) {
  form.querySelector(`[data-key='${name}']`)?.click();
}

function openCoded(row) {
  const choice = document.querySelector("#f-coded");
  const number = row ? rows().indexOf(row) + 1 : 0;
  const found = [...choice.options].find((option) => option.value.startsWith(`${number}:`));
  if (found) choice.value = found.value;
  press("F4");
}

const ROW_KEYS = {
  Enter: (row) => focusOn(add(row, ""), "tag"),
  F9: (row) => { focusOn(row); const at = part(row, "content"); at.setRangeText("$", at.selectionStart, at.selectionEnd, "end"); write(); },
  F4: openCoded,
  "Ctrl+Delete": remove,
  "Alt+ArrowUp": (row) => move(row, false),
  "Alt+ArrowDown": (row) => move(row, true),
  ArrowUp: (row, name) => focusOn(row.previousElementSibling, name),
  ArrowDown: (row, name) => focusOn(row.nextElementSibling, name),
};
const PAGE_KEYS = { F8: () => press("F8"), F7: () => press("F7"), F4: () => openCoded(null), F6: bringBack };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat && event.key.startsWith("F")) return;
  const key = `${event.ctrlKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.key}`;
  const row = rowOf(event.target);
  const deed = (row && ROW_KEYS[key]) || PAGE_KEYS[key];
  if (!deed || (row && event.target.dataset.part === "remove")) return;
  event.preventDefault();
  deed(row, event.target.dataset?.part);
});

list.addEventListener("input", (event) => {
  const row = rowOf(event.target);
  suit(row);
  write();
  const isTag = event.target.dataset.part === "tag";
  if (isTag) explain(row);
  if (isTag && event.target.value.length === 3 && !event.isComposing) focusOn(row, "indicators");
  if (event.target.dataset.part === "indicators" && event.target.value.length === 2 && !event.isComposing) focusOn(row, "content");
});

list.addEventListener("click", (event) => {
  if (event.target.closest("[data-part='remove']")) remove(rowOf(event.target));
});

// --- help for the field in hand -------------------------------------------------------------------------------------------

function line(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function explain(row) {
  const tag = part(row, "tag").value;
  const rule = rules?.get(tag);
  help.hidden = !rules || tag.length < 3;
  if (help.hidden) return;
  if (!rule) {
    help.replaceChildren(line("h2", tag), line("p", tag === "LDR" ? words.leader : words.local, "quiet"));
    return;
  }
  const marks = [rule.repeatable ? words.repeatable : words.once, ...(rule.mandatory ? [words.mandatory] : [])];
  const facts = document.createElement("dl");
  facts.className = "facts marc-keys";
  const fact = (term, text) => facts.append(line("dt", term), line("dd", text));
  rule.indicators.forEach((values, at) => {
    if (values.length) fact(at ? words.second : words.first, values.map((one) => `${one.value} ${one.name}`).join("；"));
  });
  for (const one of rule.subfields) fact(`$${one.code}${one.repeatable ? "*" : ""}${one.mandatory ? "!" : ""}`, one.name);
  const coded = tag === "006" || tag === "007" || tag === "008" || [...document.querySelector("#f-coded").options].some((option) => option.value.includes(`:${tag}$`));
  help.replaceChildren(line("h2", `${tag} ${rule.name}`), line("p", marks.join(" · "), "quiet small"), ...(coded ? [line("p", words.coded)] : []), facts);
}

list.addEventListener("focusin", (event) => explain(rowOf(event.target)));

fetch(help.dataset.source)
  .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText)))
  .then((table) => {
    rules = new Map(table.fields.map((rule) => [rule.tag, rule]));
    const row = rowOf(document.activeElement);
    if (row) explain(row);
  })
  .catch(() => { help.hidden = true; });

// --- a field of a template ------------------------------------------------------------------------------------------------

function offer() {
  const choice = document.createElement("select");
  choice.className = "marc-offer";
  choice.setAttribute("aria-label", words.add);
  choice.append(new Option(words.add, ""), ...document.querySelector("#marc-offers").content.cloneNode(true).children);
  choice.addEventListener("change", () => {
    if (!choice.value) return;
    const before = rows().findLast((row) => part(row, "tag").value <= choice.value.slice(0, 3) || part(row, "tag").value === "LDR");
    const row = makeRow(choice.value);
    if (before) before.after(row); else list.prepend(row);
    suit(row);
    write();
    choice.value = "";
    focusOn(row);
  });
  list.after(choice);
  return choice;
}

// --- headings and classes offered in $a -----------------------------------------------------------------------------------

const controlled = JSON.parse(words.controlled);

// What else of a field belongs to the name that goes: its parts, its divisions, its pinyin.
function goneWith(kind) {
  const parted = kind === "person" && words.format === "cnmarc" ? "b" : "";
  return `${parted}${kind === "subject" ? "xyz" : ""}${words.format === "cnmarc" ? "9A" : ""}`;
}

function placeInRow(field) {
  const row = field.dataset?.part === "content" && rowOf(field);
  const tag = row && part(row, "tag").value;
  const kind = controlled[tag];
  if (!kind && tag !== words.classTag) return null;
  const caret = field.selectionEnd;
  const start = field.value.lastIndexOf("$", caret - 1);
  if (start < 0 || field.value[start + 1] !== "a" || caret < start + 2) return null;
  const next = field.value.indexOf("$", start + 1);
  const end = next < 0 ? field.value.length : next;
  return {
    source: kind ? `${words.headings}?kind=${kind}` : words.classes,
    kind,
    typed: field.value.slice(start + 2, caret).trim(),
    put: (offer) => {
      const [head, ...divisions] = kind === "subject" ? offer.name.split("--") : [offer.code ?? offer.name];
      const rest = kind ? field.value.slice(end).replaceAll(new RegExp(`\\$[${goneWith(kind)}][^$]*`, "g"), "") : field.value.slice(end);
      const before = `${field.value.slice(0, start)}$a${head.replaceAll("$", "$$$$")}${divisions.map((one) => `$x${one}`).join("")}`;
      field.value = before + rest;
      field.setSelectionRange(before.length, before.length);
    },
  };
}

watch(list, placeInRow);

// --- begin ----------------------------------------------------------------------------------------------------------------

const choice = offer();
toggle.hidden = false;
document.querySelector("[data-marc='keys']").hidden = false;
toggle.addEventListener("click", () => { show(list.hidden); choice.hidden = list.hidden; });
let kept = null;
try { kept = localStorage.getItem("marc-rows"); } catch { /* a browser that keeps nothing */ }

// Findings name lines of what was sent: they stand beside those rows until something is added or removed.
const sentLines = lines.value.split(/\r\n|\r|\n/);
show(kept !== "0");
choice.hidden = list.hidden;
for (const item of document.querySelectorAll(".marc-findings [data-line]")) {
  const number = Number(item.dataset.line);
  const row = number && rows()[sentLines.slice(0, number - 1).filter((one) => one.trim()).length];
  if (!row) continue;
  const wrong = part(row, "wrong");
  wrong.textContent = [wrong.textContent, item.querySelector("[data-part='message']").textContent].filter(Boolean).join(" ");
  wrong.hidden = false;
  wrong.id = `marc-wrong-${number}`;
  part(row, "content").setAttribute("aria-describedby", wrong.id);
  row.classList.add(item.querySelector(".stop") ? "stop" : "warn");
}
const mended = document.querySelector("#problem") && rows().find((row) => row.classList.contains("stop"));
const untitled = rows().find((row) => /^(200|245)$/.test(part(row, "tag").value) && /^\$a(\$|$)/.test(part(row, "content").value));
if (!list.hidden && !document.querySelector("[autofocus]")) {
  const row = mended ?? (document.querySelector("#problem") ? null : untitled);
  if (row) {
    focusOn(row);
    if (row === untitled) part(row, "content").setSelectionRange(2, 2);
  }
}
