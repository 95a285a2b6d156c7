// The camera as a scanner, where the browser can read barcodes by itself. Each code is taken once, then the picture waits.

const button = document.querySelector("[data-camera]");
const view = document.querySelector("[data-view]");
const box = document.querySelector("#scan");
const FORMATS = ["code_128", "code_39", "ean_13", "qr_code", "itf", "codabar"];
const PAUSE_MS = 1500; // so that one book in front of the lens is one scan

let stream = null;
let lastCode = "";
let lastSeen = 0;

async function formats() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return [];
  const known = await BarcodeDetector.getSupportedFormats();
  return FORMATS.filter((name) => known.includes(name));
}

async function start(detector) {
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  view.srcObject = stream;
  view.hidden = false;
  button.setAttribute("aria-pressed", "true");
  await view.play();
  look(detector);
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
  button.setAttribute("aria-pressed", "false");
}

async function look(detector) {
  if (!stream) return;
  const [found] = await detector.detect(view).catch(() => []);
  const now = performance.now();
  if (found && !(found.rawValue === lastCode && now - lastSeen < PAUSE_MS)) {
    lastCode = found.rawValue;
    navigator.vibrate?.(60);
    if (!box.readOnly) {
      box.value = found.rawValue;
      box.form.requestSubmit();
    }
  }
  if (found) lastSeen = now;
  setTimeout(() => look(detector), 150);
}

const usable = await formats();
if (usable.length) {
  const detector = new BarcodeDetector({ formats: usable });
  button.hidden = false;
  button.addEventListener("click", () => (stream ? stop() : start(detector).catch(stop)));
}
