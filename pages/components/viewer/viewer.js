/* The photo beside the editors: looking closer, turning, switching photos, moving between fields and boxes. All of it
   happens in the browser and sends nothing to the server.

   What is framed or picked on the photo is told by the event `shelflens-pick`, and boxes that have moved come by
   `shelflens-boxes`. Words read from a photo are set as text, never as markup. */

const PAN_PX = 80; // of one press of an arrow key
const FOCUS_TRIES = 300; // frames to wait for a new record's editors: 5 s
const TOOL_KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "real", r: "turn", l: "lines", b: "frame" };
const ALT_KEYS = { KeyR: "turn", KeyL: "lines", KeyB: "frame", Equal: "in", Minus: "out", Digit0: "fit" };

class Viewer extends Pane {
  constructor(root) {
    super(root);
    this.stop = new AbortController();
    this.photo = 0;
    this.active = null; // the field that has the cursor, or had it last
    this.said = root.querySelector(".said");
    this.loupe = new Loupe(this);
    this.lines = new Lines(this);
    this.frame = new Frame(this);
    this.pointer = new Pointer(this);
    this.on(document, "keydown", (event) => this.pressed(event), { capture: true });
    this.on(document, "focusin", (event) => this.focused(event));
    this.on(document, "shelflens-boxes", (event) => this.takeBoxes(event.detail));
    this.on(this.img, "load", () => this.loaded());
    this.on(this.img, "error", () => this.showGone(this.data.words.gone));
    this.on(this.bar, "click", (event) => this.tool(event.target.closest("[data-do]")?.dataset.do));
    this.resized = new ResizeObserver(() => this.fitted && this.fit());
    this.resized.observe(this.pane);
  }

  on(target, names, handler, options = {}) {
    for (const name of names.split(" ")) target.addEventListener(name, handler, { signal: this.stop.signal, ...options });
  }

  close() {
    this.stop.abort();
    this.resized.disconnect();
  }

  update({ data }) {
    const fresh = this.data?.item !== data.item;
    this.data = data;
    this.beside = new Beside(data.prefix);
    this.label();
    if (fresh) {
      this.active = null;
      this.frame.set(false);
    }
    this.showPhoto(fresh ? 0 : Math.min(this.photo, data.photos.length - 1), fresh);
    drawStrip(this);
    if (fresh) this.begin();
    else this.mark(this.active);
  }

  /* A new record: the eye and the cursor on its first doubtful field, the next photo on its way. */
  begin() {
    const { item, first, upcoming } = this.data;
    if (upcoming) new Image().src = upcoming;
    this.mark(null);
    let tries = 0;
    const look = () => {
      if (this.data.item !== item || this.stop.signal.aborted) return;
      if (this.beside.here) this.show(this.beside.here);
      else if (first && this.beside.editor(first)) this.focusField(first);
      else if (++tries < FOCUS_TRIES) requestAnimationFrame(look);
    };
    if (first) requestAnimationFrame(look);
  }

  label() {
    const { words } = this.data;
    const name = (element, text) => { element.title = text; element.setAttribute("aria-label", text); };
    for (const tool of this.bar.querySelectorAll("[data-do]")) {
      name(tool, words[tool.dataset.do === "fit" ? "fit_help" : tool.dataset.do]);
      tool.hidden = !this.data.acts && tool.dataset.do === "frame";
    }
    this.bar.querySelector('[data-do="fit"]').textContent = words.fit;
    this.root.querySelector(".toggle span").textContent = words.lines;
    this.hint.textContent = this.hint.title = words.hint;
    this.pane.setAttribute("aria-label", words.pane);
    this.bar.setAttribute("aria-label", words.tools);
    this.strip.setAttribute("aria-label", words.photos);
  }

  /* For screen readers: what happens on the photo. */
  tell(text) { this.said.textContent = text; }

  hasFocus(element) { return this.root.getRootNode().activeElement === element; }

  /* ---- photo ---- */

  get shown() { return this.data.photos[this.photo]; }

  showPhoto(index, fresh = false) {
    const changed = fresh || index !== this.photo;
    this.photo = Math.max(0, index);
    const photo = this.shown;
    if (!photo) {
      this.stage.hidden = true;
      this.showGone(this.data.words.none);
      return;
    }
    this.size = { w: photo.w || this.img.naturalWidth || 1000, h: photo.h || this.img.naturalHeight || 1000 };
    if (changed || this.src !== photo.src) {
      this.src = photo.src;
      this.isFull = false;
      this.stage.hidden = false;
      this.gone.hidden = true;
      this.img.src = photo.src;
      this.img.alt = photo.name;
      this.resize();
      this.fit();
    }
    this.drawBoxes();
    this.lines.draw();
    for (const tab of this.strip.children) tab.setAttribute("aria-selected", String(Number(tab.dataset.photo) === this.photo));
  }

  loaded() {
    this.gone.hidden = true;
    if (this.shown?.w) return;
    this.size = { w: this.img.naturalWidth, h: this.img.naturalHeight }; // a photo nobody has read: no boxes either
    this.resize();
    this.fit();
  }

  showGone(text) {
    this.gone.textContent = text;
    this.gone.hidden = false;
  }

  turnTo(by) {
    const { length } = this.data.photos;
    if (length > 1) this.showPhoto((this.photo + by + length) % length);
  }

  /* ---- boxes ---- */

  takeBoxes({ item, boxes }) {
    if (this.data.item !== item) return;
    this.data.boxes = boxes;
    this.drawBoxes();
    this.mark(this.active);
  }

  drawBoxes() {
    if (!this.shown) return;
    this.pane.classList.toggle("picking", this.lines.isShown && this.data.acts);
    const boxes = this.data.boxes.filter((box) => box.photo === this.photo)
      .sort((a, b) => area(b.box) - area(a.box)) // small ones on top, so that all can be reached
      .map((box) => {
        const rect = drawRect(box.box, `box${box.doubtful ? " doubtful" : ""}`, `${box.label}: ${box.text}`);
        rect.dataset.field = box.field;
        rect.classList.toggle("on", box.field === this.active);
        return rect;
      });
    this.svg.replaceChildren(...this.lines.rects(), ...boxes);
    this.frame.draw(this.frame.box);
  }

  boxOf(field) { return this.data.boxes.find((box) => box.field === field); }

  mark(field) {
    this.active = field;
    for (const rect of this.svg.querySelectorAll("rect.box")) rect.classList.toggle("on", rect.dataset.field === field);
    this.magnify();
  }

  magnify() {
    const { words } = this.data;
    const place = this.frame.place ?? this.lines.place ?? this.boxOf(this.active);
    this.loupe.show(place, this.active ? words.no_box : words.no_field);
  }

  turned() { this.magnify(); }

  /* The field's box is marked and brought into sight. */
  show(field) {
    this.active = field;
    const box = this.boxOf(field);
    if (box && box.photo !== this.photo) this.showPhoto(box.photo);
    if (box) this.bringIntoSight(box.box);
    this.mark(field);
  }

  /* What was found is for the field that had the cursor last: its name. */
  get target() { return this.beside.label(this.active ?? this.data.first); }

  pick(what) {
    const detail = { blob: this.shown.blob, ...what };
    document.dispatchEvent(new CustomEvent("shelflens-pick", { detail }));
  }

  /* ---- fields ---- */

  focusField(field) { if (this.beside.focus(field)) this.show(field); }

  /* Back to where the keys came from; without a field `from` only loses the focus. */
  backToField(from) {
    if (!this.beside.focus(this.active ?? this.data.first)) from.blur();
  }

  focused(event) {
    const field = this.beside.fieldOf(event.target);
    if (field) this.show(field);
  }

  /* ---- tools and keys ---- */

  tool(name) {
    if (name === "in") this.zoomBy(ZOOM.step);
    else if (name === "out") this.zoomBy(1 / ZOOM.step);
    else if (name === "fit") this.fit();
    else if (name === "real") this.zoomBy(1 / (this.view.scale * window.devicePixelRatio));
    else if (name === "turn") this.turnRight();
    else if (name === "lines" && this.data.acts) this.lines.toggle();
    else if (name === "lines") this.lines.checkbox.click();
    else if (name === "frame" && this.data.acts) this.frame.toggle();
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is still at work (Chinese, Japanese)
    if (document.querySelector('[role="dialog"], dialog[open]')) return;
    const does = this.meaningOf(event);
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  meaningOf(event) {
    const { altKey, ctrlKey, metaKey, key, code } = event;
    if (ctrlKey || metaKey) return null;
    if (altKey) {
      if (key === "ArrowDown" || key === "ArrowUp") return () => this.step(key === "ArrowDown" ? 1 : -1);
      if (key === "PageDown" || key === "PageUp") return () => this.turnTo(key === "PageDown" ? 1 : -1);
      return ALT_KEYS[code] ? () => this.tool(ALT_KEYS[code]) : null;
    }
    if (isTyping()) return null;
    const own = this.frame.meaningOf(event) ?? this.lines.meaningOf(event);
    if (own) return own;
    if (ARROWS[key] && this.root.contains(this.root.getRootNode().activeElement)) {
      const [x, y] = ARROWS[key];
      return () => this.panBy(-x * PAN_PX, -y * PAN_PX);
    }
    return TOOL_KEYS[key] ? () => this.tool(TOOL_KEYS[key]) : null;
  }

  step(by) {
    const next = this.beside.next(this.beside.here ?? this.active, by);
    if (next) this.focusField(next);
  }
}

/* Streamlit calls this on every change of data, and its return value once, at the end. */
export default function (component) {
  const root = component.parentElement.querySelector(".viewer");
  root.viewer ??= new Viewer(root);
  root.viewer.update(component);
  return () => {
    root.viewer?.close();
    root.viewer = null;
  };
}
