/* The photo beside the editors. Everything a reviewer does most (move between fields, look closer, switch
   photos) happens here in the browser; the server hears only of acts: accept, skip, flag, undo.

   Editors are Streamlit's own inputs, found by the class `st-key-{prefix}{field}` that Streamlit gives them; on
   Ask they are the printed words of an answer, which carry such a class and a tabindex themselves.
   Words read from a photo are set as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const ZOOM = { least: 0.02, most: 12, step: 1.25 };
const CLICK_PX = 4; // a pointer that moved less has clicked, not dragged
const MARGIN_PX = 24; // kept free round a revealed box
const LEAST_LOOK_MS = 400; // an accept sooner than this after a new record is the echo of the last one
const FOCUS_TRIES = 300; // frames to wait for a new record's editors: 5 s
const ACTS = { KeyS: "skip", KeyF: "flag", KeyZ: "undo" };

class Viewer {
  constructor(root) {
    this.root = root;
    this.stop = new AbortController();
    for (const name of ["bar", "pane", "stage", "loupe", "crop", "strip", "gone", "zoom", "hint"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.img = this.stage.querySelector("img");
    this.svg = root.querySelector("svg");
    this.caption = this.loupe.querySelector("p");
    this.checkbox = root.querySelector(".toggle input");
    this.view = { scale: 1, x: 0, y: 0 };
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
    this.on(document, "input", (event) => this.typed(event));
    this.on(this.pane, "wheel", (event) => this.wheeled(event), { passive: false });
    this.on(this.pane, "pointerdown", (event) => this.grabbed(event));
    this.on(this.pane, "pointermove", (event) => this.dragged(event));
    this.on(this.pane, "pointerup pointercancel", (event) => this.released(event));
    this.on(this.pane, "dblclick", () => this.fit());
    this.on(this.checkbox, "change", () => this.drawBoxes());
    this.on(this.img, "load", () => this.loaded());
    this.on(this.img, "error", () => this.showGone(this.data.words.gone));
    this.on(this.bar, "click", (event) => this.tool(event.target.dataset.do));
    this.resized = new ResizeObserver(() => this.fitted && this.fit());
    this.resized.observe(this.pane);
  }

  close() {
    this.stop.abort();
    this.resized.disconnect();
  }

  update({ data, setTriggerValue }) {
    const fresh = this.data?.item !== data.item;
    this.data = data;
    this.send = (act) => setTriggerValue("act", { item: data.item, act, at: Date.now() });
    this.label();
    if (fresh) {
      this.since = performance.now();
      this.active = null;
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
      if (this.data.item !== item || this.stop.signal.aborted || this.fieldOf(document.activeElement)) return;
      if (first && this.editor(first)) this.focusField(first);
      else if (++tries < FOCUS_TRIES) requestAnimationFrame(look);
    };
    if (first) requestAnimationFrame(look);
  }

  label() {
    const { words } = this.data;
    const name = (element, text) => { element.title = text; element.setAttribute("aria-label", text); };
    name(this.bar.querySelector('[data-do="in"]'), words.zoom_in);
    name(this.bar.querySelector('[data-do="out"]'), words.zoom_out);
    const fit = this.bar.querySelector('[data-do="fit"]');
    fit.textContent = words.fit;
    name(fit, words.fit_help);
    this.root.querySelector(".toggle span").textContent = words.lines;
    this.hint.textContent = this.hint.title = words.hint;
    this.pane.setAttribute("aria-label", words.pane);
    this.bar.setAttribute("aria-label", words.pane);
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

  resize() {
    this.stage.style.width = `${this.size.w}px`;
    this.stage.style.height = `${this.size.h}px`;
    this.svg.setAttribute("viewBox", `0 0 ${this.size.w} ${this.size.h}`);
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

  drawBoxes() {
    const photo = this.shown;
    if (!photo) return;
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
    const scale = Math.min(room.w / w, room.h / h, 3);
    this.crop.style.backgroundImage = `url("${this.src}")`;
    this.crop.style.backgroundSize = `${this.size.w * scale}px ${this.size.h * scale}px`;
    const left = (room.w - w * scale) / 2 - (x0 - pad) * scale;
    const top = (room.h - h * scale) / 2 - (y0 - pad) * scale;
    this.crop.style.backgroundPosition = `${left}px ${top}px`;
  }

  reveal(field) {
    const box = this.boxOf(field);
    if (!box) return;
    if (box.photo !== this.photo) this.showPhoto(box.photo);
    const { view, pane } = this;
    const [x0, y0, x1, y1] = box.box.map((value) => value * view.scale);
    view.x += nudge(view.x + x0, view.x + x1, pane.clientWidth);
    view.y += nudge(view.y + y0, view.y + y1, pane.clientHeight);
    this.paint();
  }

  /* ---- zoom and pan ---- */

  paint() {
    const { scale, x, y } = this.view;
    this.stage.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.stage.style.setProperty("--px", `${1 / scale}px`);
    this.zoom.textContent = `${Math.round(scale * 100)}%`;
  }

  fit() {
    const { clientWidth: w, clientHeight: h } = this.pane;
    if (!w || !h || !this.size) return;
    const scale = Math.min(w / this.size.w, h / this.size.h, 3);
    this.view = { scale, x: (w - this.size.w * scale) / 2, y: (h - this.size.h * scale) / 2 };
    this.fitted = true;
    this.paint();
  }

  zoomBy(factor, x = this.pane.clientWidth / 2, y = this.pane.clientHeight / 2) {
    const { view } = this;
    const scale = Math.min(ZOOM.most, Math.max(ZOOM.least, view.scale * factor));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    this.fitted = false;
    this.paint();
  }

  tool(name) {
    if (name === "in") this.zoomBy(ZOOM.step);
    else if (name === "out") this.zoomBy(1 / ZOOM.step);
    else if (name === "fit") this.fit();
  }

  wheeled(event) {
    event.preventDefault();
    const edge = this.pane.getBoundingClientRect();
    this.zoomBy(Math.exp(-event.deltaY * 0.0015), event.clientX - edge.left, event.clientY - edge.top);
  }

  grabbed(event) {
    if (event.button !== 0) return;
    this.drag = { x: event.clientX, y: event.clientY, from: { ...this.view }, moved: false };
    this.pane.setPointerCapture(event.pointerId);
  }

  dragged(event) {
    const { drag } = this;
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < CLICK_PX) return;
    drag.moved = true;
    this.fitted = false;
    this.pane.classList.add("dragging");
    this.view.x = drag.from.x + dx;
    this.view.y = drag.from.y + dy;
    this.paint();
  }

  released(event) {
    const clicked = this.drag && !this.drag.moved && event.type === "pointerup";
    this.drag = null;
    this.pane.classList.remove("dragging");
    if (clicked) this.clicked(event);
  }

  /* A click on boxes that lie on each other takes the smallest, and the next one when repeated. */
  clicked(event) {
    const edge = this.pane.getBoundingClientRect();
    const x = (event.clientX - edge.left - this.view.x) / this.view.scale;
    const y = (event.clientY - edge.top - this.view.y) / this.view.scale;
    const hit = this.data.boxes.filter((box) => box.photo === this.photo && holds(box.box, x, y))
      .sort((a, b) => area(a.box) - area(b.box)).map((box) => box.field);
    if (hit.length) this.focusField(hit[(hit.indexOf(this.active) + 1) % hit.length]);
  }

  /* ---- editors ---- */

  editors() {
    const inside = `[class*="st-key-${this.data.prefix}"]`;
    return [...document.querySelectorAll(`${inside} input, ${inside} textarea, ${inside}[tabindex]`)]
      .filter((editor) => editor.offsetParent);
  }

  editor(field) {
    const inside = `.st-key-${this.data.prefix}${field}`;
    return document.querySelector(`${inside} input, ${inside} textarea, ${inside}[tabindex]`);
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
    this.mark(field);
    this.reveal(field);
  }

  focused(event) {
    const field = this.fieldOf(event.target);
    if (!field) return;
    if (field !== this.active) this.mark(field);
    this.reveal(field);
    this.magnify(this.boxOf(field), field); // once more: the photo may have changed
  }

  /* Who types into a record has looked at it: an accept after that is meant, however soon it comes. */
  typed(event) {
    if (this.fieldOf(event.target)) this.since = -Infinity;
  }

  step(by) {
    const editors = this.editors();
    const at = editors.indexOf(document.activeElement);
    const next = editors[at < 0 ? 0 : (at + by + editors.length) % editors.length];
    if (next) this.focusField(this.fieldOf(next));
  }

  /* ---- keys ---- */

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is still at work (Chinese, Japanese)
    if (document.querySelector('[role="dialog"]')) return;
    const act = this.actOf(event);
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) this.act(act);
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      event.stopPropagation();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (!isTyping() && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const tool = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
      if (tool) { event.preventDefault(); this.tool(tool); }
    }
  }

  actOf(event) {
    if (!this.data.acts) return undefined;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return "accept";
    return event.altKey && !event.ctrlKey && !event.metaKey ? ACTS[event.code] : undefined;
  }

  act(name) {
    if (name === "accept" && performance.now() - this.since < LEAST_LOOK_MS) return;
    const { send } = this; // of the record now seen, whatever arrives in between
    document.activeElement?.blur?.(); // hands a half-typed value over before the act that needs it
    setTimeout(() => send(name), 0);
  }
}

const area = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);
const holds = ([x0, y0, x1, y1], x, y) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
const isTyping = () => document.activeElement?.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]');

/* How far to move so that [from, to] lies in a pane of this length, MARGIN_PX from its edges. */
function nudge(from, to, length) {
  if (to - from > length - 2 * MARGIN_PX) return MARGIN_PX - from;
  if (from < MARGIN_PX) return MARGIN_PX - from;
  return Math.min(0, length - MARGIN_PX - to);
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
