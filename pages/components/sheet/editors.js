/* One editor per type of field. Whatever it looks like, it edits the field's text, the one form that the server
   takes (core/values/typed.py): `text` is what would be stored, `put(state)` shows what is.

   A text that the type does not understand is shown as text, just as it was typed. */

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const isComposing = (event) => event.isComposing || event.keyCode === 229; // Chinese, Japanese input methods at work

function setValue(input, value) {
  if (input.value !== value) input.value = value; // writing would move the cursor
}

class TextEditor {
  constructor(row) {
    this.row = row;
    this.build();
    this.element.addEventListener("input", () => row.typed());
  }

  build() {
    this.input = make("input", { type: "text", id: this.row.id, autocomplete: "off", spellcheck: "false" });
    this.element = this.input;
  }

  get text() { return this.input.value; }

  put({ text }) { setValue(this.input, text); }

  hint(text) { this.input.placeholder = text; }

  focus() {
    this.input.focus({ preventScroll: true });
    if (this.input.tagName === "INPUT") this.input.select();
  }
}

class LongEditor extends TextEditor {
  build() {
    this.input = make("textarea", { rows: 1, id: this.row.id, spellcheck: "false" });
    this.element = this.input;
  }
}

/* An amount and its unit side by side. Words typed into the amount stand for themselves: "500克" needs no unit. */
class AmountEditor extends TextEditor {
  build() {
    const { row } = this;
    this.units = row.sheet.data.units[row.spec.type];
    this.input = make("input", { type: "text", id: row.id, class: "number", inputmode: "decimal", autocomplete: "off" });
    const choices = make("datalist", { id: `${row.id}_units` });
    choices.append(...Object.values(this.units).map((unit) => make("option", { value: unit })));
    this.unit = make("input", {
      type: "text", class: "unit", list: `${row.id}_units`, autocomplete: "off",
      "aria-label": `${row.spec.label}: ${row.word("unit")}`,
    });
    this.element = make("div", { class: "amount" }, this.input, this.unit, choices);
  }

  put({ text, parts }) {
    this.given = { text, value: parts ? parts.value : text, unit: parts ? this.units[parts.unit] ?? parts.unit : "" };
    setValue(this.input, this.given.value);
    setValue(this.unit, this.given.unit);
  }

  get text() {
    const [value, unit] = [this.input.value.trim(), this.unit.value.trim()];
    if (value === this.given.value && unit === this.given.unit) return this.given.text;
    return /^[\d.,\s]+$/.test(value) ? `${value} ${unit}`.trim() : value;
  }
}

/* Entries as chips. Enter adds what is typed, Backspace in the empty input takes the last one back. */
class ChipsEditor extends TextEditor {
  build() {
    this.entries = [];
    this.input = make("input", { type: "text", id: this.row.id, autocomplete: "off", spellcheck: "false" });
    this.list = make("ul", { "aria-label": this.row.spec.label });
    this.element = make("div", { class: "chips" }, this.list, this.input);
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("paste", (event) => this.pasted(event));
    this.input.addEventListener("blur", () => this.add());
  }

  put({ text, parts }) {
    this.given = text;
    this.at = null;
    this.entries = parts ? [...parts] : splitLines(text);
    this.shown = this.entries.join("\n");
    setValue(this.input, "");
    this.draw();
  }

  get text() {
    const now = this.withTyped().join("\n");
    return now === this.shown ? this.given : now;
  }

  hint(text) { this.input.placeholder = this.entries.length ? "" : text; }

  /* True while an entry has been taken to be changed, which is no change yet: putting the same text again would lose it. */
  get isHeld() { return this.at !== null; }

  /* The entries with what stands in the input, at the place of the one that is being changed. */
  withTyped() {
    const typed = this.entriesOf(this.input.value);
    const at = this.at ?? this.entries.length;
    return [...this.entries.slice(0, at), ...typed, ...this.entries.slice(at)];
  }

  entriesOf(text) { return splitLines(text).map((line) => this.row.mean(line)); }

  add() {
    if (!this.input.value.trim()) { this.at = null; return; }
    this.entries = this.withTyped();
    this.at = null;
    this.input.value = "";
    this.draw();
  }

  take(index) {
    this.add();
    this.input.value = this.row.say(this.entries.splice(index, 1)[0]);
    this.at = index;
    this.draw();
    this.input.focus();
  }

  remove(index) {
    this.entries.splice(index, 1);
    this.draw();
    this.row.typed();
    (this.list.querySelectorAll(".entry")[index] ?? this.input).focus();
  }

  draw() {
    this.list.replaceChildren(...this.entries.map((entry, index) => make("li", {},
      make("button", {
        type: "button", class: "entry", text: this.row.say(entry), title: this.row.word("change_entry"),
        onclick: () => this.take(index),
        onkeydown: (event) => { if (event.key === "Delete" || event.key === "Backspace") this.remove(index); },
      }),
      make("button", {
        type: "button", class: "drop", tabindex: -1, text: "×",
        "aria-label": `${this.row.word("drop_entry")} ${this.row.say(entry)}`, onclick: () => this.remove(index),
      }))));
  }

  pressed(event) {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.add();
      this.row.typed();
    } else if (event.key === "Backspace" && !this.input.value && this.entries.length) {
      event.preventDefault();
      this.take(this.entries.length - 1);
      this.row.typed();
    }
  }

  pasted(event) {
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (!pasted.includes("\n") || pasted.length > this.row.sheet.data.most) return;
    event.preventDefault();
    this.input.value += pasted; // an input takes no line breaks: they are cut below, before it would lose them
    this.entries = [...this.entries, ...this.entriesOf(pasted)];
    this.input.value = "";
    this.draw();
    this.row.typed();
  }
}

const splitLines = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

const CELLS = ["name", "amount", "unit", "per", "percent"];

/* A nutrition table, cell by cell. Enter and the arrows go up and down a column; the last row is for a new one. */
class TableEditor extends TextEditor {
  build() {
    this.element = make("div", { class: "table" });
    this.element.addEventListener("keydown", (event) => this.pressed(event));
  }

  put({ text, parts }) {
    this.given = text;
    const isTable = parts !== null || !text;
    if (this.isTable !== isTable) this.element.replaceChildren(isTable ? this.frame() : this.plain());
    this.isTable = isTable;
    if (isTable) this.draw(parts ?? []);
    else setValue(this.input, text);
    this.shown = this.typed;
  }

  plain() {
    this.input = make("textarea", { rows: 3, id: this.row.id, spellcheck: "false" });
    return this.input;
  }

  frame() {
    const { row } = this;
    this.body = make("tbody");
    const heads = CELLS.map((cell) => make("th", { scope: "col", class: cell, text: row.word(`cell_${cell}`) }));
    return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), this.body);
  }

  draw(rows) {
    this.grow(rows.length + 1);
    [...this.body.rows].forEach((line, index) => {
      const parts = rows[index] ?? {};
      for (const input of line.querySelectorAll("input")) {
        setValue(input, parts[input.dataset.cell] ?? "");
        if (input.dataset.cell === "percent") input.placeholder = parts.share ?? "";
      }
    });
    while (this.body.rows.length > rows.length + 1) this.body.lastElementChild.remove();
    this.name();
  }

  /* What the standard makes of the amounts, shown where no percentage is typed. */
  shares(rows) {
    if (!this.isTable) return;
    const filled = [...this.body.rows].filter((line) => rowText(line));
    rows.forEach((parts, index) => {
      const input = filled[index]?.querySelector("[data-cell=percent]");
      if (input) input.placeholder = parts.share ?? "";
    });
  }

  grow(wanted) {
    while (this.body.rows.length < wanted) {
      const cells = CELLS.map((cell) => make("td", { class: cell },
        make("input", { type: "text", "data-cell": cell, autocomplete: "off", spellcheck: "false" })));
      this.body.append(make("tr", {}, ...cells));
    }
    [this.input] = this.body.querySelectorAll("input[data-cell=amount]");
    this.input.id = this.row.id;
  }

  name() {
    for (const line of this.body.rows) {
      const [first] = line.querySelectorAll("input");
      for (const input of line.querySelectorAll("input")) {
        const what = this.row.word(`cell_${input.dataset.cell}`);
        input.setAttribute("aria-label", first.value && input !== first ? `${first.value}: ${what}` : what);
      }
    }
  }

  get typed() {
    if (!this.isTable) return this.input.value;
    return [...this.body.rows].map((line) => rowText(line)).filter(Boolean).join("\n");
  }

  get text() { return this.typed === this.shown ? this.given : this.typed; }

  hint(text) { if (!this.isTable) this.input.placeholder = text; }

  pressed(event) {
    const cell = event.target.dataset?.cell;
    if (!cell || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const lines = [...this.body.rows];
    const at = lines.indexOf(event.target.closest("tr")) + by;
    if (at === lines.length) { this.grow(at + 1); this.name(); }
    const next = this.body.rows[at]?.querySelector(`[data-cell=${cell}]`);
    next?.focus();
    next?.select();
  }
}

/* A row as a line of the field's text; a row whose amount is not there says so with a question mark. What is no amount
   stays as it was typed: the rules say that it is none. */
function rowText(line) {
  const cells = Object.fromEntries([...line.querySelectorAll("input")].map((input) => [input.dataset.cell, input.value.trim()]));
  cells.name = cells.name.replace(/[:：]/g, " "); // the colon ends a name
  if (!cells.name && !cells.amount) return "";
  const [unit, per, percent] = [cells.unit && ` ${cells.unit}`, cells.per && ` / ${cells.per}`, cells.percent && `, ${cells.percent}%`];
  return `${cells.name || "?"}: ${cells.amount || "?"}${unit}${per}${percent}`;
}

/* Measured colours: shown, not typed. */
class PaletteView {
  constructor(row) {
    this.row = row;
    this.element = make("div", { class: "palette" });
    this.text = "";
  }

  put({ text, parts }) {
    this.text = text;
    this.element.replaceChildren(...(parts ?? []).map(({ hex, share }) => {
      const swatch = make("span", { text: `■ ${Math.round(share * 100)}%` });
      if (/^#[0-9a-f]{6}$/i.test(hex)) swatch.style.setProperty("--swatch", hex);
      return swatch;
    }));
  }

  hint(text) { if (!this.element.childElementCount) this.element.textContent = text; }

  focus() {}
}

const EDITORS = {
  text: TextEditor, date: TextEditor, longtext: LongEditor, quantity: AmountEditor, duration: AmountEditor,
  list: ChipsEditor, prices: ChipsEditor, promotions: ChipsEditor, selling_points: ChipsEditor,
  nutrition: TableEditor, palette: PaletteView,
};
