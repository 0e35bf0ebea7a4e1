/* The editors of one record. Typing, moving, checking and saving go on here and over /desk (core/api/desk.py);
   Streamlit hears of acts alone, and an act carries whatever has not been saved: one message for an accepted record. */

const LEAST_LOOK_MS = 400; // an accept sooner than this after a new record is the echo of the last one
const CHECK_MS = 250; // pause in typing after which rules are asked
const UNHEARD_MS = 8000; // an act that nothing came of for so long was passed over by a server that was started anew
const CONFLICT_FRAMES = 300; // to wait for the notice of a conflict: 5 s
const ACT_KEYS = { KeyS: "skip", KeyF: "flag", KeyZ: "undo" };
const FIELD_KEYS = { KeyN: "nextDoubtful", KeyA: "absent", KeyU: "takeBack", KeyH: "help" };

class Sheet {
  constructor(root) {
    this.root = root;
    this.stop = new AbortController();
    for (const name of ["acts", "status", "rows"]) this[`${name}Part`] = root.querySelector(`.${name}`);
    this.flagDialog = new FlagDialog(root.querySelector("dialog.flag"), (reason) => this.perform("flag", { reason }));
    this.helpDialog = new HelpDialog(root.querySelector("dialog.help"));
    this.rows = new Map();
    this.wire = new Wire(this);
    const on = (name, handler, options = {}) => document.addEventListener(name, handler, { signal: this.stop.signal, ...options });
    on("keydown", (event) => this.pressed(event), { capture: true });
    on("shelflens-pick", (event) => this.picked(event.detail));
    drafts.forgetOld();
  }

  close() {
    this.stop.abort();
    this.wire.close();
    clearTimeout(this.timer);
    clearTimeout(this.unheard);
  }

  update({ data, setTriggerValue }) {
    const before = this.data;
    const acted = this.sent;
    this.data = data;
    this.send = (act) => setTriggerValue("act", { item: data.item, at: Date.now(), ...act });
    this.sent = false;
    if (data.judged) drafts.drop(data.judged);
    if (before?.item !== data.item) this.open();
    else if (before.lang !== data.lang) this.translate();
    else if (!data.stale && data.version >= this.version) { // else a change of its own has overtaken the page
      const seen = before.stale ? this.texts() : {};
      this.take(data.state);
      for (const [key, text] of Object.entries(seen)) this.rows.get(key).noteChange(text);
    }
    this.version = data.stale || before?.item !== data.item ? data.version : Math.max(data.version, this.version);
    this.drawActs();
    if (acted && data.stale && !before.stale) this.focusConflict();
    if (before?.stale && !data.stale && document.activeElement === document.body) this.active?.editor.focus();
    if (before?.seat !== data.seat) this.say("");
    if (before?.item === data.item && before.seat !== data.seat) this.saveChanged(); // the server is back
  }

  /* An act was refused because somebody else was faster: the next key is for what the page says about it. */
  focusConflict(frames = CONFLICT_FRAMES) {
    const button = document.querySelector(".st-key-review_conflict button");
    if (button) button.focus();
    else if (frames) requestAnimationFrame(() => this.data.stale && this.focusConflict(frames - 1)); // Streamlit draws it
  }

  open() {
    this.since = performance.now();
    this.active = null;
    clearTimeout(this.timer);
    this.say("");
    this.build();
    for (const [field, { text }] of drafts.of(this.data.item)) {
      const row = this.rows.get(field);
      if (!row || text === row.state.text) drafts.drop(this.data.item, field);
      else row.draft = text;
      row?.draw();
    }
  }

  /* In another language, with what was typed and where the cursor was. */
  translate() {
    const [typed, active] = [this.changed().map((row) => [row.key, row.text, row.place]), this.active?.key];
    this.build();
    for (const [key, text, place] of typed) {
      const row = this.rows.get(key);
      row.editor.put({ text, parts: null });
      row.place = place;
      row.draw();
    }
    this.active = this.rows.get(active) ?? null;
  }

  build() {
    const { groups, state, words, reasons, keys } = this.data;
    this.rows.clear();
    const parts = [];
    for (const group of groups) {
      parts.push(make("h3", { text: group.label }));
      for (const key of group.fields) {
        const row = new Row(this, key);
        this.rows.set(key, row);
        row.show(state.fields[key]);
        parts.push(row.element);
      }
    }
    this.whole = make("div", { class: "whole" });
    this.rowsPart.replaceChildren(...parts, this.whole);
    this.drawWhole(state.findings);
    this.flagDialog.draw(words, reasons);
    this.helpDialog.draw(words, keys);
  }

  /* The record as the server has it; `sent` are the edits that it was just given. */
  take(state, sent = {}) {
    for (const [key, row] of this.rows) row.show(state.fields[key], sent[key]?.text);
    for (const [key, edit] of Object.entries(sent)) {
      if (!this.rows.get(key).isChanged || this.rows.get(key).text === edit.text) drafts.drop(this.data.item, key);
    }
    this.version = state.version;
    this.drawWhole(state.findings);
    this.tellBoxes();
    if (this.changed().length) this.checkSoon(); // the server's findings are of what it has, not of what is being typed
  }

  drawWhole(findings) {
    const { words } = this.data;
    this.whole.replaceChildren(...(findings.length ? [make("h3", { text: words.whole_record })] : []),
      ...findings.map((finding) => this.finding(finding)));
  }

  finding(finding) {
    const { words, lang } = this.data;
    return make("div", { class: "note finding" },
      make("b", { class: LEVEL_TONES[finding.level], text: words[`level_${finding.level}`] }),
      make("span", { text: finding[lang] }));
  }

  /* The photo beside it draws the boxes. */
  tellBoxes() {
    const boxes = [...this.rows.values()].filter((row) => row.state.box || row.place).map((row) => ({
      field: row.key, label: row.spec.label, text: row.text || row.state.raw, doubtful: row.needsEye,
      photo: row.place?.photo ?? row.state.photo, box: row.place?.box ?? row.state.box,
    }));
    document.dispatchEvent(new CustomEvent("shelflens-boxes", { detail: { item: this.data.item, boxes } }));
  }

  /* ---- typing ---- */

  texts() { return Object.fromEntries([...this.rows].map(([key, row]) => [key, row.state.text])); }

  changed() { return [...this.rows.values()].filter((row) => row.isChanged); }

  edits(rows = this.changed()) { return Object.fromEntries(rows.map((row) => [row.key, row.edit()])); }

  entered(row) { this.active = row; }

  typed(row) {
    this.since = -Infinity; // who types into a record has looked at it: an accept after that is meant
    if (row.isChanged) drafts.keep(this.data.item, row.key, row.text);
    else drafts.drop(this.data.item, row.key);
    row.draw();
    this.checkSoon();
  }

  checkSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), CHECK_MS);
  }

  async check() {
    const { item } = this.data;
    const edits = this.edits(this.changed().filter((row) => this.fits(row)));
    const asked = (this.asked = {});
    try {
      const state = await this.wire.ask("check", { edits });
      if (this.data.item !== item || this.asked !== asked) return; // a later one is on its way
      for (const [key, row] of this.rows) row.check(state.fields[key]);
      this.drawWhole(state.findings);
    } catch { /* saving it will say what is wrong */ }
  }

  /* False for a text that the server would not take; the row says why. */
  fits(row) {
    const { most, words } = this.data;
    const { length } = row.text;
    if (length <= most) return true;
    row.problem = words.too_long.replace("{length}", length.toLocaleString()).replace("{most}", most.toLocaleString());
    row.draw();
    return false;
  }

  leftRow(row, to) {
    const act = to?.closest?.("[data-act]"); // the act takes the text along
    if (row.sheet.rows.get(row.key) !== row || !row.element.isConnected || this.sent || act) return;
    this.saveChanged([row]);
  }

  filled(row, text, place) {
    row.place = place;
    this.typed(row);
    this.tellBoxes();
    this.saveChanged([row]);
  }

  /* ---- saving ---- */

  /* What was typed and left. A field that somebody else has changed meanwhile waits until one of the two is chosen. */
  saveChanged(rows = this.changed()) {
    if (this.data.stale) return;
    const wanted = () => this.edits(rows.filter((row) => row.isChanged && row.theirs === null && this.fits(row)));
    this.wire.change("save", () => ({ edits: wanted() }), rows);
  }

  confirm(row) {
    this.wire.change("confirm", () => ({ field: row.key }), [row]);
    this.nextDoubtful();
  }

  takeBack(row) { this.wire.change("reset", () => ({ field: row.key }), [row]); }

  renew() { document.dispatchEvent(new CustomEvent("shelflens-renew")); }

  say(text, isTrouble = false) {
    this.statusPart.setAttribute("role", isTrouble ? "alert" : "status");
    this.statusPart.classList.toggle("trouble", isTrouble);
    this.statusPart.textContent = text;
    this.statusPart.hidden = !text;
  }

  /* ---- words picked or framed on the photo ---- */

  /* With `more` the words are added to the field's; with `stay` the focus stays where they were picked. */
  async picked({ blob, box, lines, more, stay }) {
    const row = this.active ?? this.rows.get(this.data.first);
    const { words } = this.data;
    if (!row || row.spec.type === "palette") return;
    this.say(words.reading_part.replace("{field}", row.spec.label));
    try {
      const found = await this.wire.ask("read", { field: row.key, blob, ...(box ? { box } : { lines }) });
      if (this.rows.get(row.key) !== row) return;
      const isList = ["list", "selling_points", "promotions", "prices", "nutrition"].includes(row.spec.type);
      row.use(more && row.text ? row.text + (isList ? "\n" : " ") + found.text : found.text, found.place);
      this.say("");
      if (stay) this.wire.afterChanges(() => this.say(words.filled.replace("{field}", row.spec.label).replace("{text}", row.text)));
      else if (this.active === row) row.editor.focus(); // whoever has gone on meanwhile stays where they are
    } catch (err) {
      if (err.name !== "AbortError") this.say(this.wire.reasonOf(err), true);
    }
  }

  /* ---- acts ---- */

  drawActs() {
    const { item, words, held, unread, can_undo: canUndo, keys } = this.data;
    const off = { accept: unread || held, flag: held, undo: !canUndo };
    const parts = keys.filter(({ act }) => act).map(({ act, keys: pressed, label, help }) => make("span",
      { class: `act st-key-${act}_${item}` }, make("button", {
        type: "button", title: help, "data-act": act, class: act === "accept" ? "primary" : "", disabled: Boolean(off[act]),
        onclick: () => this.act(act),
      }, make("span", { text: label }), make("kbd", { text: pressed }))));
    this.actsPart.setAttribute("aria-label", words.acts);
    const drawn = parts.map((part) => part.outerHTML).join("");
    if (drawn !== this.drawnActs) this.actsPart.replaceChildren(...parts);
    this.drawnActs = drawn;
  }

  act(name) {
    if (["nextDoubtful", "absent", "help"].includes(name)) this[name]();
    else if (name === "flag") { if (!this.data.held) this.flagDialog.open(); }
    else this.perform(name);
  }

  perform(name, more = {}) {
    const { held, unread, can_undo: canUndo } = this.data;
    if (this.sent || (name === "accept" && (held || unread)) || (name === "undo" && !canUndo)) return;
    if (name === "accept" && performance.now() - this.since < LEAST_LOOK_MS) return;
    const { item } = this.data;
    const unfit = this.changed().find((row) => !this.fits(row));
    if (unfit) { unfit.editor.focus(); return; }
    this.sent = true; // one act at a time; the answer, whatever it is, allows the next
    const go = () => this.data.item === item && this.send({ act: name, version: this.version, edits: this.edits(), ...more });
    this.wire.afterChanges(go);
    clearTimeout(this.unheard);
    this.unheard = setTimeout(() => this.sent && this.renew(), UNHEARD_MS);
  }

  /* ---- moving and single fields ---- */

  nextDoubtful() {
    const rows = [...this.rows.values()];
    const at = rows.indexOf(this.active);
    const next = [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((row) => row.needsEye && row !== this.active);
    if (!next) { this.say(this.data.words.no_doubt); return; }
    next.editor.focus();
    next.element.scrollIntoView({ block: "nearest" });
  }

  absent() {
    const row = this.active;
    if (!row || row.spec.type === "palette" || this.data.held) return;
    row.use("");
    row.editor.focus();
  }

  help() { this.helpDialog.toggle(); }

  /* ---- keys ---- */

  pressed(event) {
    if (isComposing(event) || document.querySelector('[role="dialog"]')) return;
    const name = this.nameOf(event);
    if (!name || (document.querySelector("dialog[open]") && name !== "help")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    if (typeof name === "number") this.onceSaved((row) => row.take(name));
    else if (name === "takeBack") this.onceSaved((row) => row.takeBack());
    else this.act(name);
  }

  /* A key for what is offered beside the field: while its last change is on its way, what it will be offered is not known. */
  onceSaved(go) {
    const row = this.active;
    this.wire.afterChanges(() => { if (row && this.rows.get(row.key) === row) go(row); });
  }

  nameOf(event) {
    const { altKey, ctrlKey, metaKey, key, code } = event;
    if (key === "Enter" && (ctrlKey || metaKey)) return "accept";
    if (key === "?" && !isTypingIn(event.target) && !ctrlKey && !metaKey) return "help";
    if (!altKey || ctrlKey || metaKey) return undefined;
    if (/^Digit[1-9]$/.test(code)) return this.active ? Number(code.slice(5)) : undefined;
    return ACT_KEYS[code] ?? FIELD_KEYS[code];
  }
}

const isTypingIn = (element) => element.matches?.('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]');

/* Streamlit calls this on every change of data, and its return value once, at the end. */
export default function (component) {
  const root = component.parentElement.querySelector(".sheet");
  root.sheet ??= new Sheet(root);
  root.sheet.update(component);
  return () => {
    root.sheet?.close();
    root.sheet = null;
  };
}
