// The camera as a scanner. A desk keeps it open and takes one code after the other; a page that asks one thing closes it after the first.

import { canRead, openReader } from "./code-reader.js";
import { KINDS, Taking } from "./codes.js";
import { play, wakeSounds } from "./sounds.js";

const button = document.querySelector("[data-camera]");
const panel = document.querySelector("#camera");
const box = document.getElementById(panel.dataset.box);
const view = panel.querySelector("video");
const sight = view.parentElement;
const said = panel.querySelector("[data-camera-said]");
const light = panel.querySelector("[data-camera-light]");
const words = panel.querySelector("[data-camera-words]").content;

const PACE_MS = 100; // between two pictures
const ADVICE_MS = 8000; // without a code
const IDLE_MS = 120_000; // then the camera goes off: it takes much of a phone's battery
const isForBooks = panel.dataset.wants === "book";
const isOnce = panel.hasAttribute("data-once");
const kinds = isForBooks && isOnce ? ["ean_13"] : Object.keys(KINDS);
const WHY = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

let session = null; // { stream, reader } of this opening; closed openings find out that they are no longer this one

// --- opening and closing -----------------------------------------------------------------------------------------------

async function open() {
  shut();
  panel.hidden = false;
  button.setAttribute("aria-expanded", "true");
  panel.querySelector("[data-camera-close]").focus();
  panel.scrollIntoView({ block: "nearest" });
  if (!window.isSecureContext) return say("insecure");
  wakeSounds();
  say("asking");
  const mine = (session = {});
  const video = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
  try {
    mine.stream = await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    if (session === mine) fail(WHY[error.name] ?? "busy");
    return;
  }
  if (session !== mine) return release(mine);
  try {
    view.srcObject = mine.stream;
    sight.hidden = false;
    await view.play();
    offerLight(mine.stream.getVideoTracks()[0]);
    mine.reader = await openReader(kinds, panel.dataset, () => session === mine && say("fetching"));
  } catch {
    if (session === mine) fail("unready");
    return;
  }
  if (session !== mine) return release(mine);
  panel.scrollIntoView({ block: "nearest" });
  say("looking");
  look(mine, new Taking(isForBooks ? "book" : "label"));
}

function release({ stream, reader }) {
  stream?.getTracks().forEach((track) => track.stop());
  reader?.close();
}

/** The camera goes off; what is said stays to be read. */
function shut() {
  if (session) release(session);
  session = null;
  view.srcObject = null;
  sight.hidden = true;
  light.hidden = true;
}

function fail(word) {
  shut();
  say(word);
}

function close() {
  shut();
  panel.hidden = true;
  say(null);
  button.setAttribute("aria-expanded", "false");
  button.focus();
}

function offerLight(track) {
  track.addEventListener("ended", () => session?.stream?.getVideoTracks().includes(track) && fail("busy"));
  light.hidden = !track.getCapabilities?.().torch;
  light.setAttribute("aria-pressed", "false");
}

async function switchLight() {
  const on = light.getAttribute("aria-pressed") !== "true";
  const [track] = session?.stream?.getVideoTracks() ?? [];
  await track?.applyConstraints({ advanced: [{ torch: on }] }).then(() => light.setAttribute("aria-pressed", on), () => {});
}

// --- looking -----------------------------------------------------------------------------------------------------------

async function look(mine, taking) {
  let since = performance.now(); // the opening or the last code
  while (session === mine) {
    let seen;
    try {
      seen = await mine.reader.read(view);
    } catch {
      if (session === mine) fail("unready");
      return;
    }
    if (session !== mine) return;
    const now = performance.now();
    if (box.readOnly && seen.length) say("locked");
    const isAnswering = document.querySelector("main [aria-busy=true]") !== null;
    const text = taking.next(seen, now, !box.readOnly && !isAnswering);
    if (text !== null) {
      since = now;
      if (take(text)) return;
    } else if (now - since > IDLE_MS) return fail("tired");
    else if (now - since > ADVICE_MS && !seen.length) say("advice");
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
}

/** Whether the camera is done. A desk answers with a sound of its own. */
function take(text) {
  navigator.vibrate?.(60);
  if (isOnce) {
    play("read");
    close();
  } else say("taken", text);
  box.value = text;
  box.form.requestSubmit();
  return isOnce;
}

/** One of the sentences of the page, where `{code}` is filled in; the same one is not said twice. */
function say(word, code = "") {
  if (said.dataset.word === `${word} ${code}`) return;
  said.dataset.word = `${word} ${code}`;
  const sentence = word && words.querySelector(`[data-word=${word}]`);
  said.classList.toggle("warn", sentence?.hasAttribute("data-trouble") ?? false);
  said.replaceChildren();
  if (sentence) said.append(...sentence.cloneNode(true).childNodes);
  const place = said.querySelector("[data-code]");
  if (place) place.textContent = code;
}

// --- around ------------------------------------------------------------------------------------------------------------

// Without https a browser hides the camera from a page. The button is there all the same, and says so.
if (canRead() && (navigator.mediaDevices?.getUserMedia || !window.isSecureContext)) {
  button.hidden = false;
  button.addEventListener("click", () => (session ? close() : open()));
  panel.querySelector("[data-camera-close]").addEventListener("click", close);
  light.addEventListener("click", switchLight);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || panel.hidden || event.target.closest?.("dialog")) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("visibilitychange", () => document.hidden && session && fail("away"));
  window.addEventListener("pagehide", () => session && fail("away"));
}
