// What is offered while a name, a class or a search is typed: a combobox by WAI-ARIA. Nothing is taken over unasked, and without this
// file the same is done by the buttons beside the fields. `place` tells what is being typed at the caret, or null where nothing is offered;
// where taking an offer leaves the page, it `leaves`.

const words = document.querySelector("#offer-words").dataset;
const WAIT = 150;
let asked = 0;
let timer = 0;
let open = null; // { field, list, offers, at, place }
let isPutting = false;

const say = (field, text) => { const said = around(field).querySelector(".offer-said"); said.textContent = text; };
const fill = (text, ...values) => values.reduce((all, value, at) => all.replaceAll(`{${at}}`, value), text);

function around(field) {
  const box = field.closest(".offers");
  if (!box.querySelector("[role=listbox]")) {
    const list = document.createElement("ul");
    list.id = `offers-${document.querySelectorAll("[role=listbox]").length + 1}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.list);
    list.hidden = true;
    const said = document.createElement("p");
    said.className = "offer-said hint";
    said.setAttribute("role", "status");
    box.append(list, said);
    // A text of several lines may not be called a combobox; it says the same by the other attributes.
    if (field.localName === "input") field.setAttribute("role", "combobox");
    else field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    expand(field, false);
  }
  return box;
}

function expand(field, isOpen) {
  if (field.localName === "input") field.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) field.removeAttribute("aria-activedescendant");
}

function close() {
  asked += 1;
  clearTimeout(timer);
  if (!open) return;
  open.list.hidden = true;
  expand(open.field, false);
  open = null;
}

function option(list, offer, at) {
  const item = document.createElement("li");
  item.id = `${list.id}-${at}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const main = document.createElement("span");
  main.textContent = offer.code ? `${offer.code} ${offer.label}` : offer.make ? fill(words.make, offer.make) : offer.name ?? offer.text;
  const more = document.createElement("span");
  more.className = "quiet small";
  more.textContent = offer.path ? offer.path.join(" › ") : offer.by ? fill(words.by, offer.by) : offer.note ?? (offer.text ? words[offer.kind] : "");
  item.append(main, more);
  item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(at); });
  return item;
}

function show(field, place, offers) {
  const list = around(field).querySelector("[role=listbox]");
  if (!offers.length) { close(); return; }
  list.replaceChildren(...offers.map((offer, at) => option(list, offer, at)));
  list.hidden = false;
  open = { field, list, offers, place, at: -1 };
  expand(field, true);
  say(field, fill(words.count, offers.length));
}

function move(step) {
  open.at = (open.at + step + open.offers.length + (open.at < 0 && step < 0 ? 1 : 0)) % open.offers.length;
  [...open.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === open.at)));
  open.field.setAttribute("aria-activedescendant", open.list.children[open.at].id);
  open.list.children[open.at].scrollIntoView({ block: "nearest" });
}

function take(at) {
  const { field, place, offers } = open;
  const offer = offers[at];
  close();
  if (offer.make) { window.open(`${words.new}?${new URLSearchParams({ name: offer.make, kind: place.kind })}`, "_blank", "noopener"); return; }
  if (place.leaves) { place.put(offer); return; }
  isPutting = true;
  place.put(offer);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  isPutting = false;
  field.focus();
  say(field, offer.code ? fill(words.class, offer.code, offer.label) : offer.by ? fill(words.referred, offer.by, offer.name) : fill(words.controlled, offer.name));
}

async function ask(field, place) {
  const number = (asked += 1);
  const address = new URL(place.source, location.href);
  address.searchParams.set("q", place.typed);
  const answer = await fetch(address, { headers: { "Accept-Language": document.documentElement.lang } }).catch(() => null);
  if (!answer?.ok || number !== asked || document.activeElement !== field) return;
  const offers = (await answer.json()).items;
  if (number !== asked) return;
  const isKnown = offers.some((offer) => offer.name === place.typed || offer.by === place.typed);
  if (place.kind && !isKnown) offers.push({ make: place.typed });
  show(field, place, offers);
}

export function watch(root, placeOf) {
  root.addEventListener("focusin", (event) => { if (placeOf(event.target)) around(event.target); });
  root.addEventListener("focusout", close);
  const changed = (event) => {
    if (isPutting || event.isComposing) return;
    close();
    const place = placeOf(event.target);
    if (!place) return;
    say(event.target, "");
    if (place.typed) timer = setTimeout(() => ask(event.target, place), WAIT);
  };
  root.addEventListener("input", changed);
  root.addEventListener("compositionend", changed);
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = open?.field === event.target;
    if (!isOpen && event.altKey && event.key === "ArrowDown") {
      const place = placeOf(event.target);
      if (!place?.typed) return;
      ask(event.target, place);
    } else if (!isOpen || event.altKey) {
      return;
    } else if (event.key === "ArrowDown") {
      move(1);
    } else if (event.key === "ArrowUp") {
      move(-1);
    } else if (event.key === "Enter" && open.at >= 0) {
      take(open.at);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

// --- fields of forms ------------------------------------------------------------------------------------------------------

// With `data-divider` several names stand in one field: what is typed reaches from the divider before the caret to the caret.
function placeInField(field) {
  const { offers: source, divider, kind } = field.dataset ?? {};
  if (!source) return null;
  const end = field.selectionEnd;
  const dividers = divider ?? "";
  let start = end;
  while (start > 0 && divider && !dividers.includes(field.value[start - 1])) start -= 1;
  if (!divider) start = 0;
  const lead = /^\s*(?:[（(［[][^）)］\]]*[）)］\]])?\s*/.exec(field.value.slice(start, end))[0].length;
  const typed = field.value.slice(start + lead, divider ? end : undefined).trim();
  if (source.endsWith("/classes") && typed.includes("/")) return null; // a whole call number
  return {
    source, kind, typed,
    put: (offer) => {
      if (divider) field.setRangeText(offer.name, start + lead, end, "end");
      else field.value = offer.code ?? offer.name;
    },
  };
}

for (const field of document.querySelectorAll("[data-offers]")) watch(field, placeInField);
