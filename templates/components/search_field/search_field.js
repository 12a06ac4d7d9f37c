// Proposals while one types: a combobox over a list that the server makes. The form works without.
const KEY = "suggestions";
const LEAST = 3;
const PAUSE = 500;
const fields = [];
const switches = document.querySelectorAll("[data-suggest-switch]");

function wanted() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function choose(on) {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
  for (const field of fields) field.turn(on);
  for (const label of switches) label.firstElementChild.checked = on;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class Field {
  constructor(form, number) {
    this.form = form;
    this.words = form.dataset;
    this.input = form.querySelector("input[name=q]");
    this.number = number;
    this.options = [];
    this.active = -1;
    this.on = false;
    this.list = element("ul", {
      id: `suggestions-${number}`,
      class: "search-suggestions__list",
      role: "listbox",
      "aria-label": this.input.getAttribute("aria-label"),
    });
    const off = element("button", { type: "button", class: "search-suggestions__off" }, this.words.suggestOff);
    this.panel = element("div", { class: "search-suggestions", hidden: "" }, this.list, off);
    this.status = element("div", { class: "visually-hidden", role: "status" });
    form.append(this.panel, this.status);
    off.addEventListener("click", () => {
      choose(false);
      this.input.focus();
      this.status.textContent = this.words.suggestDone;
    });
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.input.focus();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.close();
    });
    form.addEventListener("submit", () => this.stop());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(option);
    });
  }

  turn(on) {
    this.on = on;
    const roles = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": this.list.id,
      "aria-expanded": "false",
    };
    for (const [name, value] of Object.entries(roles)) {
      if (on) this.input.setAttribute(name, value);
      else this.input.removeAttribute(name);
    }
    this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.close();
  }

  wait() {
    this.stop();
    this.options = [];
    const query = this.input.value.trim();
    if (this.on && query.length >= LEAST) this.timer = setTimeout(() => this.ask(query), PAUSE);
  }

  async ask(query) {
    this.request = new AbortController();
    const asked = new URLSearchParams({ q: query, lang: document.documentElement.lang });
    try {
      const response = await fetch(`${this.words.suggest}?${asked}`, { signal: this.request.signal });
      if (response.ok) this.show((await response.json()).suggestions);
    } catch {
      // Out of reach, or no longer wanted: the form is there.
    }
  }

  show(found) {
    if (!this.form.contains(document.activeElement)) return;
    this.options = found.map((item, index) =>
      element(
        "li",
        { id: `${this.list.id}-${index}`, class: "search-suggestions__option", role: "option", "aria-selected": "false", "data-url": item.url },
        element("span", item.language === document.documentElement.lang ? {} : { lang: item.language }, item.label),
        " ",
        element("span", { class: "search-suggestions__kind" }, item.kind_label || this.words.suggestTopic),
      ),
    );
    this.list.replaceChildren(...this.options);
    this.panel.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.panel.hidden));
    this.status.textContent = found.length
      ? this.words.suggestCount.replace("{n}", found.length)
      : this.words.suggestNone;
  }

  close() {
    this.panel.hidden = true;
    this.status.textContent = "";
    this.point(-1);
    if (this.on) this.input.setAttribute("aria-expanded", "false");
  }

  point(index) {
    this.active = index;
    for (const [position, option] of this.options.entries()) {
      option.setAttribute("aria-selected", String(position === index));
    }
    const option = this.options[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.options.length && this.on) {
      event.preventDefault();
      if (this.panel.hidden) {
        this.panel.hidden = false;
        this.input.setAttribute("aria-expanded", "true");
      }
      // One place more than there are options: the field itself.
      const places = this.options.length + 1;
      this.point(((this.active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && !this.panel.hidden && this.active >= 0) {
      event.preventDefault();
      this.go(this.options[this.active]);
    }
  }

  go(option) {
    this.stop();
    location.assign(option.dataset.url);
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) {
  fields.push(new Field(form, fields.length + 1));
}
for (const label of switches) {
  label.hidden = false;
  label.firstElementChild.addEventListener("change", (event) => choose(event.target.checked));
}
for (const field of fields) field.turn(wanted());
for (const label of switches) label.firstElementChild.checked = wanted();
