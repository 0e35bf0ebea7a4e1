/* A frame round words that are to be read again, larger: dragged with the mouse, or put round a place and moved by keys.
   It stays until the words in it have been read: their own box takes its place. */

const FRAME_STEP_PX = 8; // of the screen, so that zooming in makes steps finer
const LEAST_FRAME_PX = 8;
const TELL_MS = 400; // after the last key: who holds an arrow down wants no speech for each step

class Frame {
  constructor(viewer) {
    this.viewer = viewer;
    this.handle = viewer.root.querySelector(".framer");
    this.button = viewer.bar.querySelector('[data-do="frame"]');
    this.isOn = false; // dragging frames words instead of moving the photo
    this.box = null; // what the keys move
    viewer.on(this.handle, "blur", (event) => {
      if (!viewer.hasFocus(this.handle) && event.relatedTarget !== this.button) this.set(false);
    });
  }

  set(on) {
    this.isOn = on;
    if (!on) this.box = null;
    clearTimeout(this.telling);
    this.handle.hidden = !on;
    this.viewer.pane.classList.toggle("framing", on);
    this.button.setAttribute("aria-pressed", String(on));
    if (this.viewer.shown) this.viewer.magnify();
  }

  toggle() {
    if (this.isOn) this.leave();
    else if (this.viewer.shown) this.begin();
  }

  /* Round the lines that are being walked, else the field's own place, else in the middle of what is seen. */
  begin() {
    const { viewer } = this;
    const own = viewer.boxOf(viewer.active);
    const box = viewer.lines.place?.box ?? (own?.photo === viewer.photo ? own.box : viewer.middleBox());
    this.set(true);
    this.handle.setAttribute("aria-label", viewer.data.words.frame_keys.replace("{field}", viewer.target));
    this.handle.focus({ preventScroll: true });
    this.put(box);
  }

  leave() {
    this.viewer.backToField(this.handle);
    this.set(false);
    this.draw(null);
  }

  put(box) {
    this.box = box;
    this.draw(box);
    this.viewer.bringIntoSight(box);
    this.viewer.magnify();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.viewer.tell(this.place?.text ?? ""), TELL_MS);
  }

  draw(box) {
    this.viewer.svg.querySelector("rect.frame")?.remove();
    if (box) this.viewer.svg.append(drawRect(box, "frame", ""));
  }

  /* For the loupe: what the frame holds, in the words that were read there before. */
  get place() {
    if (!this.box) return null;
    const { words } = this.viewer.data;
    const inside = this.viewer.shown.lines.filter((line) => holds(this.box, ...middle(line.box)));
    return {
      label: words.frame_at.replace("{field}", this.viewer.target),
      text: inside.map((line) => line.text).join("\n") || words.frame_empty,
      photo: this.viewer.photo,
      box: this.box,
    };
  }

  /* Arrows move the frame as the photo is seen, however it is turned; with Shift they move its right and lower edge. */
  push([x, y], resize) {
    const { turn, size, view } = this.viewer;
    const step = FRAME_STEP_PX / view.scale;
    const seen = turnBox(this.box, turn, size);
    const room = turnSize(turn, size);
    const changed = resize
      ? stretched(seen, [x * step, y * step], room, LEAST_FRAME_PX / view.scale)
      : shifted(seen, [x * step, y * step], room);
    this.put(unturnBox(changed, turn, size));
  }

  meaningOf({ key, shiftKey }) {
    if (!this.isOn) return null;
    if (key === "Escape") return () => this.leave();
    if (!this.box || !this.viewer.hasFocus(this.handle)) return null;
    if (ARROWS[key]) return () => this.push(ARROWS[key], shiftKey);
    return key === "Enter" ? () => this.viewer.pick({ box: this.box }) : null;
  }
}
