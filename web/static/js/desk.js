// The desk: the scan box keeps the focus, each scan is sent once and answered in place, a refusal stops the line until
// somebody has looked. Everything here also works as plain forms.

import { play, setSounds, soundsOn } from "./sounds.js";

const form = document.querySelector("#desk");
const box = document.querySelector("#scan");
const said = document.querySelector("[data-part=said]").parentElement;
const unread = document.querySelector("[data-unread]");
const keys = document.querySelector("[data-keys]");
const waiting = []; // forms sent while another is on its way, in their order
let busy = false;
let unanswered = null; // what got no answer; sent again with the same key
let lastTyped = 0;
let stray = ""; // what a scanner sent while the line was stopped
let lastKey = 0; // of the last scan: some scanners end with two Enters

const BURST_MS = 80; // between two keys of a scanner there is less
const isLocked = () => box.readOnly;
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

// --- sending ---------------------------------------------------------------------------------------------------------

async function send(body) {
  busy = true;
  said.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Parts": "1", Accept: "text/html" },
      redirect: "error",
      signal: AbortSignal.timeout(15000),
    });
    if (response.status === 401 || response.status === 403) return location.reload();
    if (!response.ok) throw new Error(response.status);
    show(await response.text());
    unanswered = null;
  } catch {
    unanswered = body;
    showOffline();
  } finally {
    busy = false;
    said.removeAttribute("aria-busy");
  }
  if (isLocked()) setAside(waiting.splice(0).map((next) => next.get("scan")));
  else if (waiting.length) send(fill(waiting.shift()));
}

/** A scan belongs to the reader and the mode that hold when it is its turn. */
function fill(body) {
  for (const input of form.querySelectorAll("[data-part=state] input")) {
    if (input.name !== "key") body.set(input.name, input.value);
  }
  return body;
}

function post(source, submitter) {
  const body = new FormData(source, submitter);
  body.set("key", newKey());
  if (busy) waiting.push(body);
  else send(body);
}

// --- showing ---------------------------------------------------------------------------------------------------------

function show(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const part of answer.querySelectorAll("[data-part]")) {
    const place = document.querySelector(`[data-part=${part.dataset.part}]`);
    if (place) place.replaceWith(document.importNode(part, true));
  }
  const now = document.querySelector("[data-part=said]");
  if (now.dataset.tone) play(now.dataset.tone);
  lock(now.hasAttribute("data-locks"));
  now.querySelector("[autofocus]")?.focus();
}

function showOffline() {
  const note = document.querySelector("[data-offline]").content.cloneNode(true);
  document.querySelector("[data-part=said]").replaceChildren(note);
  play("stop");
  lock(true);
}

function lock(on) {
  box.readOnly = on;
  stray = on ? box.value : ""; // the stop may come in the middle of a scan: its beginning belongs to the rest
  if (on) box.value = "";
  lastTyped = performance.now();
  focus();
}

function unlock() {
  if (unanswered) {
    lock(false);
    return send(unanswered);
  }
  lock(false);
  document.querySelector("[data-part=said]")?.removeAttribute("data-locks");
  document.querySelector(".said-lock")?.remove();
}

function setAside(codes) {
  const list = unread.querySelector("[data-unread-list]");
  const all = [...(list.textContent ? list.textContent.split("、") : []), ...codes.filter(Boolean)];
  list.textContent = all.join("、");
  unread.hidden = all.length === 0;
}

/** A code that is scanned again leaves the list; the others stay until they are too, or the reader leaves. */
function strikeAside(code) {
  const list = unread.querySelector("[data-unread-list]");
  const left = code ? list.textContent.split("、").filter((one) => one && one !== code) : [];
  list.textContent = left.join("、");
  unread.hidden = left.length === 0;
}

function focus() {
  const elsewhere = document.activeElement?.closest("dialog, select, textarea, input:not(#scan), a, button, summary");
  if (!elsewhere || !elsewhere.isConnected || elsewhere.closest("[data-part=modes], .scan-bar")) box.focus({ preventScroll: true });
}

// --- typing ----------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const source = event.target;
  if (!source.matches("[data-desk]")) return;
  event.preventDefault();
  // The keys of a locked desk are heard below; this is the button, pressed by a finger or a mouse.
  if (isLocked() && source === form && !event.submitter?.matches(".mode")) return event.submitter ? unlock() : undefined;
  const isScan = source === form && !event.submitter?.matches(".mode");
  if (isScan && !box.value.trim() && !confirms(event)) return;
  if (isScan) {
    lastKey = event.timeStamp;
    if (box.value.trim()) strikeAside(box.value.trim());
  } else if (event.submitter?.name === "leave") strikeAside();
  else lock(false);
  post(source, event.submitter);
  box.value = "";
  if (!isScan) box.focus();
});

/** Enter in the empty box does what is proposed, where a page proposes something: not the second Enter of a scan, nor before the answer. */
function confirms(event) {
  return !busy && form.querySelector("[data-confirms]") !== null && event.timeStamp - lastKey > 5 * BURST_MS;
}

// A scanner types fast and ends with Enter. While the line is stopped its codes are kept for a second scan, and its Enter
// does not count as somebody having looked: only an Enter that stands alone does, or Esc.
function whileLocked(event) {
  const sinceLast = event.timeStamp - lastTyped;
  const field = event.target.closest("input, select, textarea, button, a");
  if (field && field !== box && event.key !== "Escape") return;
  if (event.key === "Escape") {
    event.preventDefault();
    unlock();
    box.focus({ preventScroll: true }); // from the field of the reason, too
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (stray && sinceLast < BURST_MS) {
      setAside([stray]);
      play("stop");
      stray = "";
    } else unlock();
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    stray = sinceLast < BURST_MS ? stray + event.key : event.key;
    lastTyped = event.timeStamp;
  }
}

// A Chinese input method would swallow letters of a barcode: what it composes is dropped, the keys themselves count.
let typed = null; // what stood in the box before composing, and the keys since
let ended = false; // Enter was struck while composing, no key since: what the input method still commits is no scan
const COMMITTED = /^insert(?:Text|CompositionText|FromComposition)$/;
const fromKey = (event) => {
  const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  if (found) return event.shiftKey ? found[1] : found[1].toLowerCase();
  return { Minus: "-", NumpadSubtract: "-", Period: ".", Semicolon: event.shiftKey ? ":" : "", Slash: "/" }[event.code] ?? "";
};

box.addEventListener("compositionstart", () => {
  typed ??= { text: box.value, enter: false }; // its first key came before
});
box.addEventListener("input", (event) => {
  if (ended && COMMITTED.test(event.inputType)) box.value = "";
  else if (!event.isComposing) typed = null; // a key that the input method let pass
});
box.addEventListener("compositionend", () => {
  if (!typed) return;
  const { text, enter } = typed;
  typed = null;
  setTimeout(() => {
    box.value = text;
    if (enter) form.requestSubmit();
  });
});

document.addEventListener("keydown", (event) => {
  ended = false;
  if (event.isComposing || event.keyCode === 229) {
    if (event.target === box) composing(event);
    return;
  }
  const command = document.querySelector(`[data-key="${event.key}"]`);
  if (/^F\d/.test(event.key) && !event.ctrlKey && !event.altKey) {
    if (event.key === "F9") printNow(event);
    else if (event.key === "F7" || command) {
      event.preventDefault(); // without anything offered, too: the browser's own F7 changes how the page is read
      command?.matches("input") ? command.focus() : command?.click();
    }
    return;
  }
  if (event.key === "?" && keys && (event.target !== box || !box.value)) {
    event.preventDefault();
    keys.open ? keys.close() : keys.showModal();
    return;
  }
  if (keys?.open) return;
  if (isLocked()) return whileLocked(event);
  if (event.target === document.body && event.key.length === 1) box.focus();
});

function composing(event) {
  typed ??= { text: box.value, enter: false };
  if (event.code === "Enter" || event.code === "NumpadEnter") {
    typed.enter = true;
    ended = true;
    box.blur(); // ends the composition
    box.focus();
  } else if (event.code === "Backspace") typed.text = typed.text.slice(0, -1);
  else typed.text += fromKey(event);
}

function printNow(event) {
  event.preventDefault();
  const slip = document.querySelector("[data-slip]");
  const receipt = document.querySelector("[data-receipt]");
  if (slip) slip.click();
  else receipt?.requestSubmit();
}

// On a phone the box keeps the focus for a scanner without calling up the keyboard; a tap into it asks for the keyboard.
if (matchMedia("(pointer: coarse)").matches) {
  box.inputMode = "none";
  box.addEventListener("pointerdown", () => (box.inputMode = "text"));
  box.addEventListener("blur", () => (box.inputMode = "none"));
  form.addEventListener("submit", () => (box.inputMode = "none"));
}

// --- around ----------------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) keys.showModal();
  else if (!event.target.closest("a, button, input, select, textarea, dialog, label")) focus();
});
window.addEventListener("focus", focus);
keys?.addEventListener("close", () => box.focus());

const sound = document.querySelector("[data-sound]");
if (sound) {
  sound.checked = soundsOn();
  sound.addEventListener("change", () => setSounds(sound.checked));
}
document.querySelector("[data-help]")?.removeAttribute("hidden");

// A reader who walked away should not stay on the screen.
const IDLE_MS = 5 * 60 * 1000;
let idle;
const wake = () => {
  clearTimeout(idle);
  idle = setTimeout(() => document.querySelector("[name=leave]")?.click(), IDLE_MS);
};
for (const name of ["keydown", "pointerdown", "submit"]) document.addEventListener(name, wake, { passive: true });
wake();

lock(document.querySelector("[data-part=said]").hasAttribute("data-locks"));
const first = document.querySelector("[data-part=said]").dataset.tone;
if (first) play(first);
