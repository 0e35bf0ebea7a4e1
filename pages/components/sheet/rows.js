/* One field: its editor, how far its value is to be trusted, and what rules, photos, machine and other people say. */

const MARK_TONES = { high: "green", medium: "blue", low: "orange" };
const MARK_ICONS = { high: "✓", medium: "✓", low: "?" };
const LEVEL_TONES = { error: "red", warning: "orange", review: "blue" };

const AMOUNT = /^[^\d\s]{0,4}\s*\d+(\.\d+)?\s*([A-Za-z]{3}|元|[¥￥$€£])?$/; // what comes before the kind of a price

class Row {
  constructor(sheet, key) {
    this.sheet = sheet;
    this.key = key;
    this.spec = sheet.data.specs[key];
    this.id = `${sheet.data.prefix}${key}_input`;
    this.place = null; // where on the photos the text was taken from, if it was
    this.draft = null;
    this.theirs = null; // what somebody else has stored meanwhile
    this.was = null; // what stood there before somebody else changed it
    this.problem = null;
    this.build();
  }

  build() {
    const { item, prefix } = this.sheet.data;
    this.editor = new EDITORS[this.spec.type](this);
    this.marks = make("div", { class: "marks" });
    this.notes = make("div", { class: `notes st-key-notes_${item}_${this.key}`, id: `${this.id}_notes` });
    const label = make("label", { for: this.id, text: this.spec.label });
    this.holder = make("div", { class: `editor st-key-${prefix}${this.key}` }, this.editor.element);
    this.element = make("div", { class: `row type-${this.spec.type}` }, label, this.holder, this.marks, this.notes);
    this.editor.input?.setAttribute("aria-describedby", this.notes.id);
    this.holder.addEventListener("focusin", () => this.sheet.entered(this));
    this.holder.addEventListener("focusout", (event) => this.left(event));
  }

  word(name) { return this.sheet.data.words[name]; }

  /* A kind of price, an audience and an emotion are stored as codes and shown in words: "168 CNY current" as
     "168 CNY 现价". What is typed in words means the code. */
  say(entry) {
    const [, head, code] = entry.match(this.spec.type === "prices" ? /^(.*\s)([a-z_]+)$/ : /^()([a-z_]+)$/) ?? [];
    return code && Object.hasOwn(this.spec.names, code) ? head + this.spec.names[code] : entry;
  }

  mean(typed) {
    for (const [code, name] of Object.entries(this.spec.names)) {
      if (!typed.toLowerCase().endsWith(name.toLowerCase())) continue;
      const head = typed.slice(0, -name.length).trimEnd();
      if (this.spec.type !== "prices" && !head) return code;
      if (this.spec.type === "prices" && AMOUNT.test(head)) return `${head} ${code}`;
    }
    return typed;
  }

  sayAll(text) { return text.split("\n").map((line) => this.say(line)).join("\n"); }

  get text() { return this.editor.text; }

  get isChanged() { return this.text !== this.state.text; }

  get needsEye() { return Boolean(this.state.doubtful || this.checked.findings?.length || this.problem); }

  edit() { return { text: this.text, ...(this.place && { place: this.place }) }; }

  /* What stands on the server now. Typing that it has not got stays; `sent` is the text that it has just been given. */
  show(state, sent) {
    const typed = this.state && this.isChanged && this.text !== sent;
    const same = this.state?.text === state.text;
    if (typed && !same) this.theirs = state.text;
    this.state = this.checked = state;
    if (!typed) this.reset({ isHeld: same && Boolean(this.editor.isHeld) });
    this.draw();
  }

  /* Somebody else has changed the record: where this field was seen with another text, that one can be had back. */
  noteChange(seen) {
    if (this.isChanged || seen === this.state.text) return;
    this.was = seen;
    this.draw();
  }

  reset({ isHeld = false } = {}) {
    if (!isHeld) this.editor.put(this.state);
    this.editor.hint(this.word(this.state.read ? "absent" : "unread"));
    this.place = this.theirs = this.problem = null;
  }

  /* What rules say of the text as it is being typed. */
  check(state) {
    this.checked = state;
    if (this.isChanged) this.editor.shares?.(state.parts ?? []);
    this.draw();
  }

  typed() {
    this.problem = null;
    this.sheet.typed(this);
  }

  left(event) {
    if (!this.holder.contains(event.relatedTarget)) this.sheet.leftRow(this, event.relatedTarget);
  }

  fill(text, place = null) {
    this.editor.put({ text, parts: null });
    this.sheet.filled(this, text, place);
  }

  draw() {
    this.marks.replaceChildren(...this.markParts());
    this.element.classList.toggle("doubtful", this.needsEye);
    const notes = this.noteParts();
    const drawn = notes.map((note) => note.outerHTML).join("");
    if (drawn === this.drawn) return; // a button that has the cursor keeps it
    this.drawn = drawn;
    this.notes.replaceChildren(...notes);
  }

  /* ---- how far to trust it ---- */

  markParts() {
    const { state } = this;
    if (!state.read) return [];
    if (this.isChanged) return [this.badge("violet", "✎", this.word("unsaved"))];
    if (state.absent) return [this.badge("violet", "☺", this.word("grade_absent"))];
    const human = state.sources.includes("human");
    const others = state.sources.filter((source) => source !== "human" && source !== "auto");
    const said = others.map((source) => this.word(`source_${source}`));
    if (state.inferred) said.push(this.word("inferred"));
    if (state.cut) said.push(this.word("cut"));
    const likely = state.likely ? ` ${state.likely}` : "";
    const badge = human
      ? this.badge("violet", "☺", this.word(others.length ? "grade_confirmed" : "grade_human"))
      : state.sources.includes("auto") ? this.badge("gray", "»", this.word("grade_auto"))
      : this.badge(MARK_TONES[state.grade], MARK_ICONS[state.grade], this.word(`grade_${state.grade}`) + likely);
    return [badge, make("span", { class: "sources", text: said.join(" · ") })];
  }

  badge(tone, icon, text) {
    return make("span", { class: `badge ${tone}` }, make("span", { "aria-hidden": "true", text: `${icon} ` }), text);
  }

  /* ---- what speaks for and against it ---- */

  noteParts() {
    const { state, checked } = this;
    const findings = (checked.findings ?? []).map((finding) => this.sheet.finding(finding));
    return [
      ...(this.problem ? [this.note("red", this.word("level_error"), this.problem)] : []),
      ...this.understood(), ...findings, ...this.sums(), ...this.printed(),
      ...(this.theirs === null ? [] : [this.offer("stored", this.theirs, "use_stored", this.button("keep_mine", () => this.keepMine()))]),
      ...(this.was === null ? [] : [this.offer("was", this.was, "use")]),
      ...(this.draft === null ? [] : [this.offerDraft()]),
      ...this.offers(),
      ...(state.machine === null || state.machine === undefined ? [] : [this.machine()]),
    ];
  }

  note(tone, lead, text, ...more) {
    return make("div", { class: "note" }, make("b", { class: tone, text: lead }), make("span", { text }), ...more);
  }

  /* How a text that is being typed is understood, where that is not how it is written. */
  understood() {
    const { text } = this.checked;
    const oneLine = ["date", "quantity", "duration"].includes(this.spec.type);
    return oneLine && this.isChanged && !this.problem && text && text !== this.text ? [this.note("gray", "=", text)] : [];
  }

  printed() {
    const { raw } = this.state;
    const shown = ["date", "quantity", "duration"].includes(this.spec.type) && raw && raw !== this.state.text;
    return shown && !this.isChanged ? [this.note("gray", this.word("printed"), raw)] : [];
  }

  /* The arithmetic of a nutrition table, whether it comes out or not. */
  sums() {
    return (this.checked.sums ?? []).map(({ per, computed, printed }) => {
      const text = this.word("sum").replace("{computed}", computed).replace("{printed}", printed);
      return this.note("gray", `Σ ${per}`, text);
    });
  }

  offer(lead, text, label, ...more) {
    return this.note("gray", this.word(lead), this.sayAll(text) || "—", this.button(label, () => this.use(text)), ...more);
  }

  offerDraft() {
    return this.offer("draft", this.draft, "use", this.button("drop_draft", () => this.dropDraft()));
  }

  /* Values of other photos and readers. Where photos disagree all sides are shown with their print, each with its key. */
  offers() {
    const offers = this.state.offers ?? [];
    if (!offers.length) return [];
    const all = [{ ...this.state, source: null, own: true }, ...offers];
    return all.map((offer, index) => this.offerPart(offer, index + 1)).filter((part) => part !== null);
  }

  offerPart(offer, number) {
    const { photos } = this.sheet.data;
    const photo = offer.photo !== null && offer.photo !== undefined ? photos[offer.photo] : null;
    const lead = this.leadOf(offer, photo && photos.length > 1);
    const button = this.button(offer.own ? "keep" : "use", () => this.take(number), `Alt+${number}`);
    const note = this.note("gray", lead, this.sayAll(offer.text) || "—", button);
    note.classList.add("side");
    if (photo && offer.box) note.prepend(make("img", { src: `/crop/${photo.blob}.jpg?box=${offer.box.join(",")}`, alt: "", loading: "lazy" }));
    return note;
  }

  leadOf({ source, own, photo }, isOneOfSeveral) {
    if (source) return this.word("said_by").replace("{reader}", this.word(`source_${source}`));
    const where = isOneOfSeveral ? this.word("on_photo").replace("{number}", photo + 1) : "";
    if (own) return this.word("proposed") + (where && ` ${where}`);
    return where || this.word("other_reading");
  }

  /* Takes side `number` of those that are offered: 1 is the value that stands. False where there is none. */
  take(number) {
    const offer = (this.state.offers ?? [])[number - 2];
    if (!this.state.offers?.length || (number > 1 && !offer)) return false;
    if (number === 1) this.sheet.confirm(this);
    else this.use(offer.text, offer.box ? { photo: offer.photo, box: offer.box } : null);
    return true;
  }

  machine() {
    return this.note("gray", this.word("machine"), this.sayAll(this.state.machine) || "—",
      this.button("take_back", () => this.takeBack(), "Alt+U"));
  }

  button(label, act, keys) {
    const shown = keys ? [make("kbd", { text: keys })] : [];
    return make("button", { type: "button", class: "link", onclick: act }, this.word(label), ...shown);
  }

  use(text, place = null) {
    this.dropDraft();
    this.theirs = this.was = null;
    this.fill(text, place);
  }

  keepMine() {
    this.theirs = null;
    this.draw();
    this.sheet.saveChanged([this]);
    this.editor.focus();
  }

  dropDraft() {
    this.draft = null;
    drafts.drop(this.sheet.data.item, this.key);
    this.draw();
  }

  takeBack() {
    this.reset();
    this.dropDraft();
    if (this.state.machine !== null && this.state.machine !== undefined) this.sheet.takeBack(this);
  }
}
