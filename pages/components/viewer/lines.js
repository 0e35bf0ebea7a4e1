/* The text lines that were read on the photo: drawn over it, picked by a click, or walked by keys in reading order. For a
   screen reader they are a list whose active entry is read out; for the eye it is outlined, and enlarged in the loupe. */

const FIND_MS = 1000; // characters typed within it belong together
const PAGE = 10; // lines of PageUp and PageDown
const LINE_STEPS = {
  ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: PAGE, PageUp: -PAGE, Home: -Infinity, End: Infinity,
};

class Lines {
  constructor(viewer) {
    this.viewer = viewer;
    this.list = viewer.root.querySelector(".lines");
    this.checkbox = viewer.root.querySelector(".toggle input");
    this.at = this.start = 0; // the active line, and where the block of chosen ones begins
    this.sought = { text: "", at: 0 };
    viewer.on(this.checkbox, "change", () => viewer.drawBoxes());
    viewer.on(this.list, "blur", (event) => {
      if (this.isWalked) return; // only another window came before this one
      if (event.relatedTarget === viewer.pane) this.staysShown = true; // the mouse is about to click one
      this.ended();
    });
  }

  get all() { return this.viewer.shown?.lines ?? []; }

  get isShown() { return this.checkbox.checked; }

  get isWalked() { return this.viewer.hasFocus(this.list); }

  get chosen() {
    const [from, to] = [Math.min(this.start, this.at), Math.max(this.start, this.at)];
    return this.all.map((_, index) => index).slice(from, to + 1);
  }

  /* For the loupe: the chosen lines while they are walked. */
  get place() {
    if (!this.isWalked || !this.all.length) return null;
    const { words } = this.viewer.data;
    const numbers = this.chosen.map((index) => index + 1);
    const shown = numbers.length > 1 ? `${numbers[0]}–${numbers.at(-1)}` : String(numbers[0]);
    return {
      label: words.line_at.replace("{line}", shown).replace("{count}", this.all.length).replace("{field}", this.viewer.target),
      text: this.chosen.map((index) => this.all[index].text).join("\n"),
      photo: this.viewer.photo,
      box: union(this.chosen.map((index) => this.all[index].box)),
    };
  }

  rects() {
    if (!this.isShown) return [];
    const [walked, chosen] = [this.isWalked, new Set(this.chosen)];
    return this.all.map((line, index) => {
      const rect = drawRect(line.box, "line", line.text);
      rect.classList.toggle("on", walked && chosen.has(index));
      return rect;
    });
  }

  lineAt(x, y) { return this.isShown ? this.all.findIndex((line) => holds(line.box, x, y)) : -1; }

  /* ---- the walk ---- */

  toggle() {
    if (this.isWalked) this.leave();
    else this.walk();
  }

  walk() {
    const { viewer } = this;
    viewer.tell(this.all.length ? "" : viewer.data.words.no_lines);
    if (!this.all.length) return;
    this.staysShown = this.isShown;
    this.checkbox.checked = true;
    this.at = this.start = this.nearest(viewer.boxOf(viewer.active));
    this.list.hidden = false;
    this.list.setAttribute("aria-label", viewer.data.words.lines_for.replace("{field}", viewer.target));
    this.list.focus({ preventScroll: true });
    this.draw();
  }

  /* The line at the field's own place; without one, where the last walk ended. */
  nearest(place) {
    const last = Math.min(this.at, this.all.length - 1);
    if (place?.photo !== this.viewer.photo) return last;
    const [x, y] = middle(place.box);
    const away = this.all.map(({ box }) => Math.hypot(middle(box)[0] - x, middle(box)[1] - y));
    return away.indexOf(Math.min(...away));
  }

  /* The list anew: the walk has begun, or another photo came while it lasts. */
  draw() {
    if (!this.isWalked) return;
    if (!this.all.length) { this.leave(); return; }
    this.list.replaceChildren(...this.all.map((line, index) => {
      const option = document.createElement("div");
      option.id = `line_${index}`;
      option.setAttribute("role", "option");
      option.textContent = line.text;
      return option;
    }));
    this.go(Math.min(this.at, this.all.length - 1));
  }

  go(to, extend = false) {
    this.at = Math.min(this.all.length - 1, Math.max(0, to));
    if (!extend) this.start = this.at;
    const chosen = new Set(this.chosen);
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(chosen.has(index))));
    this.list.setAttribute("aria-activedescendant", `line_${this.at}`);
    this.viewer.drawBoxes();
    this.viewer.bringIntoSight(this.all[this.at].box);
    this.viewer.magnify();
  }

  /* The next line, from the active one on, that holds what was typed within a second. */
  find(character) {
    const now = performance.now();
    const before = now - this.sought.at < FIND_MS ? this.sought.text : "";
    this.sought = { text: (before + character.toLowerCase()).trimStart(), at: now };
    const { text } = this.sought;
    if (!text) return;
    const from = before ? this.at : this.at + 1;
    const order = this.all.map((_, index) => (from + index) % this.all.length);
    const found = order.find((index) => this.all[index].text.toLowerCase().includes(text));
    if (found !== undefined) this.go(found);
  }

  leave() { this.viewer.backToField(this.list); }

  ended() {
    if (!this.staysShown) this.checkbox.checked = false;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.list.removeAttribute("aria-activedescendant");
    this.viewer.drawBoxes();
    this.viewer.magnify();
  }

  meaningOf({ key, shiftKey }) {
    if (!this.isWalked) return null;
    if (LINE_STEPS[key]) return () => this.go(this.at + LINE_STEPS[key], shiftKey);
    if (key === "Enter") return () => this.viewer.pick({ lines: this.chosen, more: shiftKey, stay: shiftKey });
    if (key === "Escape") return () => this.leave();
    return key.length === 1 && key !== "?" ? () => this.find(key) : null;
  }
}
