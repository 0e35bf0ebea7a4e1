/* The photo beside the editors: looking closer, turning, switching photos, moving between fields and boxes. All of it
   happens in the browser and sends nothing to the server.

   Editors are found by the class `st-key-{prefix}{field}` (sheet/rows.js); on Ask they are the printed words of an
   answer, which carry such a class and a tabindex themselves. What is framed or picked on the photo is told by the
   event `shelflens-pick`, and boxes that have moved come by `shelflens-boxes`.
   Words read from a photo are set as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const CLICK_PX = 4; // a pointer that moved less has clicked, not dragged
const PAN_PX = 80; // of one press of an arrow key
const FOCUS_TRIES = 300; // frames to wait for a new record's editors: 5 s
const TOOL_KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "real", r: "turn", l: "lines", b: "frame" };
const ALT_KEYS = { KeyR: "turn", KeyL: "lines", KeyB: "frame", Equal: "in", Minus: "out", Digit0: "fit" };
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

class Viewer extends Pane {
  constructor(root) {
    super(root);
    this.stop = new AbortController();
    this.caption = this.loupe.querySelector("p");
    this.checkbox = root.querySelector(".toggle input");
    this.photo = 0;
    this.active = null;
    this.listen();
  }

  on(target, names, handler, options = {}) {
    for (const name of names.split(" ")) target.addEventListener(name, handler, { signal: this.stop.signal, ...options });
  }

  listen() {
    this.on(document, "keydown", (event) => this.pressed(event), { capture: true });
    this.on(document, "focusin", (event) => this.focused(event));
    this.on(document, "shelflens-boxes", (event) => this.takeBoxes(event.detail));
    this.on(this.pane, "wheel", (event) => this.wheeled(event), { passive: false });
    this.on(this.pane, "pointerdown", (event) => this.grabbed(event));
    this.on(this.pane, "pointermove", (event) => this.dragged(event));
    this.on(this.pane, "pointerup pointercancel", (event) => this.released(event));
    this.on(this.pane, "dblclick", () => this.fit());
    this.on(this.checkbox, "change", () => this.drawBoxes());
    this.on(this.img, "load", () => this.loaded());
    this.on(this.img, "error", () => this.showGone(this.data.words.gone));
    this.on(this.bar, "click", (event) => this.tool(event.target.closest("[data-do]")?.dataset.do));
    this.resized = new ResizeObserver(() => this.fitted && this.fit());
    this.resized.observe(this.pane);
  }

  close() {
    this.stop.abort();
    this.resized.disconnect();
  }

  update({ data }) {
    const fresh = this.data?.item !== data.item;
    this.data = data;
    this.label();
    if (fresh) {
      this.active = null;
      this.frame(false);
    }
    this.showPhoto(fresh ? 0 : Math.min(this.photo, data.photos.length - 1), fresh);
    this.drawStrip();
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
      const there = this.fieldOf(document.activeElement);
      if (there) this.show(there);
      else if (first && this.editor(first)) this.focusField(first);
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

  drawStrip() {
    const { photos, words } = this.data;
    const tabs = photos.length < 2 ? [] : photos.map((photo, index) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.dataset.photo = index;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(index === this.photo));
      tab.setAttribute("aria-label", `${words.photo} ${index + 1}: ${photo.name}`);
      tab.title = photo.name;
      const thumb = new Image();
      thumb.src = photo.thumb;
      thumb.alt = "";
      const number = document.createElement("span");
      number.textContent = index + 1;
      tab.append(thumb, number);
      tab.onclick = () => this.showPhoto(index);
      return tab;
    });
    this.strip.replaceChildren(...tabs);
  }

  /* ---- boxes ---- */

  takeBoxes({ item, boxes }) {
    if (this.data.item !== item) return;
    this.data.boxes = boxes;
    this.drawBoxes();
    this.mark(this.active);
  }

  drawBoxes() {
    const photo = this.shown;
    if (!photo) return;
    this.pane.classList.toggle("picking", this.checkbox.checked && this.data.acts);
    const lines = this.checkbox.checked ? photo.lines.map((line) => this.rect(line.box, "line", line.text)) : [];
    const boxes = this.data.boxes.filter((box) => box.photo === this.photo)
      .sort((a, b) => area(b.box) - area(a.box)) // small ones on top, so that all can be reached
      .map((box) => {
        const rect = this.rect(box.box, `box${box.doubtful ? " doubtful" : ""}`, `${box.label}: ${box.text}`);
        rect.dataset.field = box.field;
        rect.classList.toggle("on", box.field === this.active);
        return rect;
      });
    this.svg.replaceChildren(...lines, ...boxes);
  }

  rect([x0, y0, x1, y1], kind, title) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", kind);
    for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: 3 })) {
      rect.setAttribute(name, value);
    }
    const tip = document.createElementNS(SVG, "title");
    tip.textContent = title;
    rect.append(tip);
    return rect;
  }

  boxOf(field) { return this.data.boxes.find((box) => box.field === field); }

  mark(field) {
    this.active = field;
    for (const rect of this.svg.querySelectorAll("rect.box")) rect.classList.toggle("on", rect.dataset.field === field);
    this.magnify(field && this.boxOf(field), field);
  }

  /* The words of the active field, as printed, large enough to check. */
  magnify(box, field) {
    const { words } = this.data;
    this.loupe.classList.toggle("bare", !box);
    this.caption.replaceChildren();
    if (!box) {
      this.caption.textContent = field ? words.no_box : words.no_field;
      return;
    }
    const name = document.createElement("b");
    name.textContent = box.label;
    this.caption.append(name, box.text);
    if (box.photo !== this.photo) return;
    const [x0, y0, x1, y1] = box.box;
    const pad = Math.min(40, 0.35 * (y1 - y0));
    const [w, h] = [x1 - x0 + 2 * pad, y1 - y0 + 2 * pad];
    const room = { w: this.crop.clientWidth, h: this.crop.clientHeight };
    const seen = this.turn % 2 ? { w: h, h: w } : { w, h };
    const scale = Math.min(room.w / seen.w, room.h / seen.h, 3);
    const piece = this.crop.firstElementChild; // the box's part of the photo, turned as the photo is
    piece.style.width = `${w * scale}px`;
    piece.style.height = `${h * scale}px`;
    piece.style.transform = `translate(-50%, -50%) rotate(${90 * this.turn}deg)`;
    piece.style.backgroundImage = `url("${this.src}")`;
    piece.style.backgroundSize = `${this.size.w * scale}px ${this.size.h * scale}px`;
    piece.style.backgroundPosition = `${-(x0 - pad) * scale}px ${-(y0 - pad) * scale}px`;
  }

  turned() { this.magnify(this.active && this.boxOf(this.active), this.active); }

  reveal(field) {
    const box = this.boxOf(field);
    if (!box) return;
    if (box.photo !== this.photo) this.showPhoto(box.photo);
    this.bringIntoSight(box.box);
  }

  /* ---- tools ---- */

  /* The field's box is marked and brought into sight. */
  show(field) {
    this.mark(field);
    this.reveal(field);
    this.magnify(this.boxOf(field), field); // once more: the photo may have changed
  }

  tool(name) {
    if (name === "in") this.zoomBy(ZOOM.step);
    else if (name === "out") this.zoomBy(1 / ZOOM.step);
    else if (name === "fit") this.fit();
    else if (name === "real") this.zoomBy(1 / (this.view.scale * window.devicePixelRatio));
    else if (name === "turn") this.turnRight();
    else if (name === "lines") this.checkbox.click();
    else if (name === "frame" && this.data.acts) this.frame(!this.isFraming);
  }

  /* While this is on, dragging frames words instead of moving the photo; Shift does the same for once. */
  frame(on) {
    this.isFraming = on;
    this.pane.classList.toggle("framing", on);
    this.bar.querySelector('[data-do="frame"]').setAttribute("aria-pressed", String(on));
  }

  grabbed(event) {
    if (event.button !== 0 || !this.size) return;
    const framing = this.data.acts && (this.isFraming || event.shiftKey);
    this.drag = {
      x: event.clientX, y: event.clientY, from: { ...this.view }, moved: false, framing, start: this.onPage(event),
    };
    this.pane.setPointerCapture(event.pointerId);
  }

  dragged(event) {
    const { drag } = this;
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < CLICK_PX) return;
    drag.moved = true;
    if (drag.framing) { this.drawFrame(spanned(drag.start, this.onPage(event), this.size)); return; }
    this.fitted = false;
    this.pane.classList.add("dragging");
    this.view.x = drag.from.x + dx;
    this.view.y = drag.from.y + dy;
    this.paint();
  }

  released(event) {
    const { drag } = this;
    this.drag = null;
    this.pane.classList.remove("dragging");
    if (!drag || event.type !== "pointerup") this.drawFrame(null);
    else if (!drag.moved) this.clicked(event);
    else if (drag.framing) this.framed(spanned(drag.start, this.onPage(event), this.size));
  }

  drawFrame(box) {
    this.svg.querySelector("rect.frame")?.remove();
    if (box) this.svg.append(this.rect(box, "frame", ""));
  }

  /* The frame stays until the words in it have been read: their own box takes its place. */
  framed(box) {
    this.frame(false);
    this.pick({ box });
  }

  pick(what) {
    const detail = { blob: this.shown.blob, ...what };
    document.dispatchEvent(new CustomEvent("shelflens-pick", { detail }));
  }

  /* A click on boxes that lie on each other takes the smallest, and the next one when repeated. */
  clicked(event) {
    const [x, y] = this.onPage(event);
    if (this.checkbox.checked && this.data.acts) {
      const at = this.shown.lines.findIndex((line) => holds(line.box, x, y));
      if (at >= 0) { this.pick({ lines: [at], more: event.ctrlKey || event.metaKey }); return; }
    }
    const hit = this.data.boxes.filter((box) => box.photo === this.photo && holds(box.box, x, y))
      .sort((a, b) => area(a.box) - area(b.box)).map((box) => box.field);
    if (hit.length) this.focusField(hit[(hit.indexOf(this.active) + 1) % hit.length]);
  }

  /* ---- editors ---- */

  /* One editor for each field, however many inputs it has. */
  editors() {
    const inside = `[class*="st-key-${this.data.prefix}"]`;
    const found = new Map();
    for (const editor of document.querySelectorAll(`${inside} input, ${inside} textarea, ${inside}[tabindex]`)) {
      const field = this.fieldOf(editor);
      if (editor.offsetParent && !found.has(field)) found.set(field, this.editor(field));
    }
    return [...found.values()];
  }

  editor(field) {
    const inside = `.st-key-${this.data.prefix}${field}`;
    return document.querySelector(`[id="${this.data.prefix}${field}_input"]`)
      ?? document.querySelector(`${inside} input, ${inside} textarea, ${inside}[tabindex]`);
  }

  fieldOf(element) {
    const mark = `st-key-${this.data.prefix}`;
    const holder = element?.closest?.(`[class*="${mark}"]`);
    const name = holder && [...holder.classList].find((each) => each.startsWith(mark));
    return name ? name.slice(mark.length) : null;
  }

  focusField(field) {
    const editor = this.editor(field);
    if (!editor) return;
    editor.focus({ preventScroll: true });
    if (editor.tagName === "INPUT") editor.select();
    editor.scrollIntoView({ block: "nearest" });
    this.show(field);
  }

  focused(event) {
    const field = this.fieldOf(event.target);
    if (field) this.show(field);
  }

  step(by) {
    const editors = this.editors();
    const here = this.fieldOf(document.activeElement) ?? this.active;
    const at = editors.findIndex((editor) => this.fieldOf(editor) === here);
    const next = editors[at < 0 ? 0 : (at + by + editors.length) % editors.length];
    if (next) this.focusField(this.fieldOf(next));
  }

  /* ---- keys ---- */

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
    if (key === "Escape" && this.isFraming) return () => this.frame(false);
    if (ARROWS[key] && this.root.contains(this.root.getRootNode().activeElement)) {
      const [x, y] = ARROWS[key];
      return () => this.panBy(x * PAN_PX, y * PAN_PX);
    }
    return TOOL_KEYS[key] ? () => this.tool(TOOL_KEYS[key]) : null;
  }

  turnTo(by) {
    const { length } = this.data.photos;
    if (length > 1) this.showPhoto((this.photo + by + length) % length);
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
