/* A photo in a pane: how large, how far moved, how turned. Whoever extends it says which photo is `shown` and what else
   is to be done when it was `turned`. */

const ZOOM = { least: 0.02, most: 12, step: 1.25 };

class Pane {
  constructor(root) {
    this.root = root;
    for (const name of ["bar", "pane", "stage", "strip", "gone", "zoom", "hint"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.img = this.stage.querySelector("img");
    this.svg = root.querySelector("svg");
    this.view = { scale: 1, x: 0, y: 0 };
    this.turns = new Map(); // photo -> quarter turns to the right that somebody gave it
  }

  paint() {
    const { scale, x, y } = this.view;
    const { turn } = this;
    const [dx, dy] = turnedOrigin(turn, this.size ?? { w: 0, h: 0 });
    this.stage.style.transform = `translate(${x}px, ${y}px) scale(${scale}) translate(${dx}px, ${dy}px) rotate(${90 * turn}deg)`;
    this.stage.style.setProperty("--px", `${1 / scale}px`);
    this.zoom.textContent = `${Math.round(scale * 100)}%`;
    this.sharpen();
  }

  fit() {
    const { clientWidth: w, clientHeight: h } = this.pane;
    if (!w || !h || !this.size) return;
    const seen = turnSize(this.turn, this.size);
    const scale = Math.min(w / seen.w, h / seen.h, 3);
    this.view = { scale, x: (w - seen.w * scale) / 2, y: (h - seen.h * scale) / 2 };
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

  moveTo(x, y) {
    this.view.x = x;
    this.view.y = y;
    this.fitted = false;
    this.paint();
  }

  panBy(x, y) { this.moveTo(this.view.x + x, this.view.y + y); }

  /* The middle third of what is seen, as far as it lies on the page; in page pixels. */
  middleBox() {
    const edge = this.pane.getBoundingClientRect();
    const at = (x, y) => this.onPage({ clientX: edge.left + x * edge.width, clientY: edge.top + y * edge.height });
    return spanned(at(1 / 3, 0.4), at(2 / 3, 0.6), this.size);
  }

  onPage(event) {
    const edge = this.pane.getBoundingClientRect();
    const x = (event.clientX - edge.left - this.view.x) / this.view.scale;
    const y = (event.clientY - edge.top - this.view.y) / this.view.scale;
    return turnBack([x, y], this.turn, this.size);
  }

  wheeled(event) {
    event.preventDefault();
    const edge = this.pane.getBoundingClientRect();
    this.zoomBy(Math.exp(-event.deltaY * 0.0015), event.clientX - edge.left, event.clientY - edge.top);
  }

  /* Moves the photo just so far that the box (page pixels) can be seen. */
  bringIntoSight(box) {
    const { view, pane } = this;
    const [x0, y0, x1, y1] = turnBox(box, this.turn, this.size).map((value) => value * view.scale);
    view.x += nudge(view.x + x0, view.x + x1, pane.clientWidth);
    view.y += nudge(view.y + y0, view.y + y1, pane.clientHeight);
    this.paint();
  }

  /* Zoomed in beyond the pixels of the usual picture, the photo is fetched in its own resolution. */
  sharpen() {
    const photo = this.shown;
    if (this.isFull || !photo?.w || !this.img.naturalWidth || !this.img.complete) return;
    if (this.img.naturalWidth >= photo.w || this.view.scale * photo.w < 1.2 * this.img.naturalWidth) return;
    this.isFull = true;
    const full = new Image();
    full.onload = () => { if (this.shown === photo) this.img.src = full.src; };
    full.src = photo.full;
  }

  get turn() { return this.turns.get(this.shown?.src) ?? 0; }

  turnRight() {
    if (!this.shown) return;
    this.turns.set(this.shown.src, (this.turn + 1) % 4);
    this.fit();
    this.turned();
  }

  resize() {
    this.stage.style.width = `${this.size.w}px`;
    this.stage.style.height = `${this.size.h}px`;
    this.svg.setAttribute("viewBox", `0 0 ${this.size.w} ${this.size.h}`);
  }
}
