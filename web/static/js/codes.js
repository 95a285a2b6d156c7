// Which of the codes that the camera sees is taken. Pure: pictures come in as lists of { kind, text }, time as milliseconds.

/** The kinds that are read: our name, which is the browser's, and that of zxing. */
export const KINDS = {
  ean_13: "EAN13",
  code_128: "Code128",
  code_39: "Code39",
  codabar: "Codabar",
  itf: "ITF",
  qr_code: "QRCode",
};
const PROVE_THEMSELVES = new Set(["ean_13", "code_128", "qr_code"]); // by a check sum; the others are read twice alike
const GONE_MS = 1500; // out of sight for so long, a code may be taken again
const PAUSE_MS = 1000; // between two codes, so that one act is looked at before the next
const ISBN_WAITS_MS = 1200; // where labels are wanted: the back of a book shows its ISBN, too

/** The start and stop letters of Codabar belong to the print; what the label says stands between them. */
export function plain({ kind, text }) {
  const inner = kind === "codabar" ? /^[A-D](.+)[A-D]$/i.exec(text) : null;
  return { kind, text: (inner ? inner[1] : text).trim() };
}

/** `prefers`: "label" or "book", whose code comes first where both are seen. Each code is taken once while it stays in sight,
 * and with it all that lay beside it: one picture is one scan. */
export class Taking {
  #prefers;
  #known = new Map();
  #lastTaken = -Infinity;

  constructor(prefers) {
    this.#prefers = prefers;
  }

  /** The text to take from this picture, or null. Where nothing may be taken (`isFree` is false), codes are only kept in sight. */
  next(seen, now, isFree) {
    for (const [text, code] of this.#known) if (now - code.last > GONE_MS) this.#known.delete(text);
    const codes = seen.filter(({ text }) => text).map(({ kind, text }) => {
      const code = this.#known.get(text) ?? { text, kind, first: now, times: 0, done: false };
      Object.assign(code, { last: now, times: code.times + 1 });
      this.#known.set(text, code);
      return code;
    });
    if (codes.some((code) => code.done)) for (const code of codes) code.done = true;
    if (!isFree || now - this.#lastTaken < PAUSE_MS) return null;
    const fresh = codes.filter((code) => !code.done && this.#isReady(code, now));
    if (!fresh.length) return null;
    const chosen = fresh.find((code) => isBook(code) === (this.#prefers === "book")) ?? fresh[0];
    for (const code of codes) code.done = true;
    this.#lastTaken = now;
    return chosen.text;
  }

  #isReady(code, now) {
    if (!PROVE_THEMSELVES.has(code.kind) && code.times < 2) return false;
    return this.#prefers === "book" || !isBook(code) || now - code.first >= ISBN_WAITS_MS;
  }
}

const isBook = ({ kind, text }) => kind === "ean_13" && /^97[789]/.test(text);
