// How a page looks to somebody who has only a keyboard: what Tab should reach, where the focus is seen, what Enter sends.
// Evaluated once on a page; the tests then press real keys.
() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const TEXTUAL = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file], [type=date], [type=time], [type=datetime-local], [readonly])";
  const LEAST_CONTRAST = 3; // WCAG 1.4.11
  const kb = { passed: [], unseen: [], sent: [] };

  kb.name = (el) => {
    const words = (el.getAttribute("aria-label") || el.textContent || "").trim().replace(/\s+/g, " ").slice(0, 24);
    return `${el.localName}${el.id ? "#" + el.id : ""}${el.name ? `[${el.name}]` : ""} ${words}`.trim();
  };

  // Of radio buttons with one name Tab reaches the chosen one, or the first.
  const standsForItsGroup = (el) => {
    if (el.type !== "radio") return true;
    const group = [...document.getElementsByName(el.name)].filter((one) => one.form === el.form);
    return el === (group.find((one) => one.checked) ?? group[0]);
  };

  kb.reachable = () => [...document.querySelectorAll(CONTROLS)].filter((el) =>
    el.tabIndex >= 0 && !el.matches(":disabled") && standsForItsGroup(el) &&
    (el.localName !== "summary" || el === el.parentElement.querySelector(":scope > summary")) &&
    el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }));

  // --- is the focus seen? ---

  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (el) => {
    for (let one = el; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };

  const unseen = (el) => {
    const style = getComputedStyle(el);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "no outline";
    const edge = rgba(style.outlineColor);
    const behind = ground(parseFloat(style.outlineOffset) < 0 ? el : el.parentElement);
    if (edge[3] < 255 || contrast(edge, behind) < LEAST_CONTRAST) return "a faint outline";
    const box = el.getBoundingClientRect();
    if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) return "off the screen";
    if (box.width <= 1 || box.height <= 1) return "no size";
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const isOwn = !top || el.contains(top) || top.contains(el) || [...(el.labels ?? [])].some((label) => label.contains(top));
    return isOwn ? "" : `covered by ${kb.name(top)}`;
  };

  const note = () => {
    const el = document.activeElement;
    if (kb.isRound || el === document.body || el.tabIndex < 0 || kb.passed.at(-1) === el) return; // a date has several places of its own
    kb.isRound = kb.passed.includes(el) || !kb.scope.contains(el);
    if (kb.isRound) return;
    kb.passed.push(el);
    const wrong = unseen(el);
    if (wrong) kb.unseen.push(`${kb.name(el)}: ${wrong}`);
  };
  addEventListener("keydown", (event) => event.key === "Tab" && note(), true);

  // The walk begins on the skip link; of a page whose head and foot were walked elsewhere, it begins where that link leads.
  kb.begin = (isWhole) => {
    Object.assign(kb, { passed: [], unseen: [], isRound: false, scope: isWhole ? document.body : document.querySelector("main") });
    if (isWhole) document.querySelector(".skip").focus();
    return kb.reachable().length;
  };

  // What is wrong with the walk, once it is over.
  kb.judge = () => {
    const wanted = kb.reachable().filter((el) => kb.scope.contains(el));
    const seen = kb.passed.filter((el) => wanted.includes(el));
    const out = seen.filter((el, n) => n && !(seen[n - 1].compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING));
    return [
      ...wanted.filter((el) => !seen.includes(el)).map((el) => `Tab does not reach ${kb.name(el)}`),
      ...out.map((el) => `out of order: ${kb.name(el)}`),
      ...kb.unseen,
    ];
  };

  // --- where a page begins ---

  // Where the first thing a page asks for is a text that is needed and not there yet, the focus stands there, and on pages of staff
  // where it is words to search for. Everywhere else a page says itself by `autofocus` or its script where to begin, or is read from its top.
  kb.misplaced = () => {
    const asks = document.body.matches(".staff") ? `${TEXTUAL}:is([type=search], [required])` : `${TEXTUAL}[required]`;
    const first = kb.reachable().find((el) => el.closest("main") && !el.closest(".crumbs, .tabs, .head"));
    const isAsked = first?.matches(`${asks}, textarea[required]`) && (first.type === "search" || !first.value);
    const wanted = document.querySelector("[autofocus]") ?? (isAsked ? first : null);
    return !wanted || document.activeElement === wanted ? [] : [`begins at ${kb.name(document.activeElement)}, not at ${kb.name(wanted)}`];
  };

  // --- forms and what opens ---

  const shape = (form) => `${(form.getAttribute("action") ?? "").replace(/\d+/g, "0")} ${[...form.elements].map((el) => el.name.replace(/\d+/g, "0")).join(" ")}`;
  const once = (list, key) => [...new Map(list.map((one) => [key(one), one])).values()];

  // Ids of one field (or button) for each kind of form in view: Enter there must send it.
  kb.senders = () => once([...document.forms].filter((form) => form.checkVisibility() && form.method !== "dialog"), shape).flatMap((form) => {
    const fields = [...form.elements].filter((el) => el.checkVisibility() && !el.matches(":disabled"));
    // In the editor of MARC, Enter makes a field.
    const field = fields.find((el) => form.id !== "marc" && el.matches(TEXTUAL)) ?? fields.find((el) => el.type === "submit");
    if (!field) return [];
    field.dataset.kb = `sender-${kb.sent.length}-${Math.random()}`;
    return [[field.dataset.kb, kb.name(field)]];
  });
  kb.listen = () => {
    const heard = (event) => {
      const by = event.submitter;
      const main = event.target.querySelector("button.main");
      kb.sent.push(by && main && by !== main && !by.hidden && by.innerText !== main.innerText && document.activeElement !== by ? `by ${kb.name(by)}` : "");
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("submit", heard, true);
    addEventListener("invalid", (event) => { kb.sent.push(""); event.stopImmediatePropagation(); event.preventDefault(); }, true);
  };
  kb.takeSent = () => kb.sent.splice(0);

  kb.openers = () => once(
    [...document.querySelectorAll("main details:not([open]) > summary")].filter((el) => el.checkVisibility()),
    (el) => `${el.className} ${shape(el.parentElement.querySelector("form") ?? document.createElement("form"))}`,
  ).map((el) => {
    el.dataset.kb = `opener-${Math.random()}`;
    return [el.dataset.kb, kb.name(el)];
  });
  kb.stateOf = (mark) => {
    const summary = kb.at(mark), details = summary.parentElement, at = document.activeElement;
    if (at === summary) return details.open ? "open" : "closed";
    return details.open && details.contains(at) ? "inside" : `elsewhere at ${kb.name(at)}`;
  };

  kb.leadsIn = (mark) => kb.reachable().some((el) => el !== kb.at(mark) && kb.at(mark).parentElement.contains(el));

  // Forms that must be refused as they stand, for something that is needed is empty.
  const lacking = (form) => form.method === "post" && form.checkVisibility() &&
    [...form.elements].some((el) => el.required && el.checkVisibility() && el.matches(`${TEXTUAL}, textarea`) && !el.value);
  kb.needing = () => once([...document.forms].filter(lacking), shape).map(shape);
  kb.prepare = (wanted) => {
    const form = [...document.forms].find((one) => lacking(one) && shape(one) === wanted);
    form.noValidate = true;
    const button = [...form.elements].find((el) => el.matches("button:not([type=button])"));
    button.focus();
  };
  kb.at = (id) => document.querySelector(`[data-kb="${id}"]`);

  window.kb = kb;
}
