// What the browser itself keeps for a reader who is not logged in: a list of titles and the last searches. Nothing here is ever sent.

const LIST = "tongjie.list";
const HISTORY = "tongjie.history";
const OFF = "tongjie.history.off";
const MOST_TITLES = 200;
const MOST_SEARCHES = 50;

// Storage may be forbidden or full: then nothing is kept, and the page says nothing of it.
const read = (name) => {
  try { return JSON.parse(localStorage.getItem(name)) ?? []; } catch { return []; }
};
const write = (name, value) => {
  try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
};
const works = write("tongjie.works", 1);

// --- a title's page: keep it, or let it go

for (const button of document.querySelectorAll("[data-keep]")) {
  if (!works) break;
  const title = JSON.parse(button.dataset.keep);
  const isKept = () => read(LIST).some((one) => one.id === title.id);
  const show = () => {
    button.textContent = isKept() ? button.dataset.kept : button.dataset.unkept;
    button.setAttribute("aria-pressed", String(isKept()));
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const others = read(LIST).filter((one) => one.id !== title.id);
    write(LIST, isKept() ? others : [title, ...others].slice(0, MOST_TITLES));
    show();
  });
}

// --- a page of results: remember what was asked

const asked = document.querySelector("[data-asked]");
if (works && asked && !localStorage.getItem(OFF)) {
  const search = { text: asked.dataset.asked, address: asked.dataset.address };
  const others = read(HISTORY).filter((one) => one.address !== search.address);
  write(HISTORY, [search, ...others].slice(0, MOST_SEARCHES));
}

// --- the page that shows both

const line = (address, text, more) => {
  const item = document.createElement("li");
  item.className = "row apart";
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  const side = document.createElement("span");
  side.className = "quiet small";
  side.textContent = more ?? "";
  item.append(link, side);
  return item;
};

const fill = (place, lines) => {
  const items = place.querySelector("[data-items]");
  if (!lines.length) {
    const none = document.createElement("li");
    none.className = "quiet";
    none.textContent = place.dataset.empty;
    lines = [none];
  }
  items.replaceChildren(...lines);
};

// Clears at once, and takes it back at a second press.
const clearing = (place, name, show) => {
  const button = place.querySelector("[data-clear]");
  const label = button.textContent;
  let before = null;
  button.addEventListener("click", () => {
    const now = read(name);
    write(name, before ?? []);
    button.textContent = before ? label : button.dataset.undo;
    before = before ? null : now;
    show();
  });
};

const list = document.querySelector("[data-device-list]");
if (works && list) {
  const show = () => {
    const titles = read(LIST);
    fill(list, titles.map((title) => {
      const item = line(list.dataset.address.replace(/0$/, title.id), title.title, title.authors);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button bare small no-print";
      button.textContent = list.dataset.remove;
      button.setAttribute("aria-label", `${list.dataset.remove} ${title.title}`);
      button.addEventListener("click", () => {
        write(LIST, read(LIST).filter((one) => one.id !== title.id));
        show();
      });
      item.append(button);
      return item;
    }));
    const ids = titles.map((title) => title.id).join(",");
    for (const link of list.querySelectorAll("[data-files] a")) link.search = `?ids=${ids}`;
    list.querySelector("[data-files]").hidden = !titles.length;
    const form = list.querySelector("[data-ids]");
    if (form) { form.value = ids; form.form.hidden = !titles.length; }
  };
  list.hidden = false;
  clearing(list, LIST, show);
  show();
}

const history = document.querySelector("[data-device-history]");
if (works && history) {
  const show = () => fill(history, read(HISTORY).map((one) => line(one.address, one.text)));
  const button = history.querySelector("[data-switch]");
  const label = () => { button.textContent = localStorage.getItem(OFF) ? button.dataset.off : button.dataset.on; };
  button.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
    label();
  });
  history.hidden = false;
  label();
  clearing(history, HISTORY, show);
  show();
}
