/* One place of the photo, as printed, large enough to check. */

class Loupe {
  constructor(viewer) {
    this.viewer = viewer;
    this.element = viewer.root.querySelector(".loupe");
    this.crop = this.element.querySelector(".crop");
    this.caption = this.element.querySelector("p");
  }

  /* `place` is { label, text, photo, box }; where there is none, `instead` says so. */
  show(place, instead) {
    this.element.classList.toggle("bare", !place);
    this.caption.replaceChildren();
    if (!place) {
      this.caption.textContent = instead;
      return;
    }
    const name = document.createElement("b");
    name.textContent = place.label;
    this.caption.append(name, place.text);
    if (place.photo === this.viewer.photo) this.cutOut(place.box);
  }

  /* The box's part of the photo, turned as the photo is. */
  cutOut([x0, y0, x1, y1]) {
    const { turn, src, size } = this.viewer;
    const pad = Math.min(40, 0.35 * (y1 - y0));
    const [w, h] = [x1 - x0 + 2 * pad, y1 - y0 + 2 * pad];
    const seen = turn % 2 ? { w: h, h: w } : { w, h };
    const scale = Math.min(this.crop.clientWidth / seen.w, this.crop.clientHeight / seen.h, 3);
    const { style } = this.crop.firstElementChild;
    style.width = `${w * scale}px`;
    style.height = `${h * scale}px`;
    style.transform = `translate(-50%, -50%) rotate(${90 * turn}deg)`;
    style.backgroundImage = `url("${src}")`;
    style.backgroundSize = `${size.w * scale}px ${size.h * scale}px`;
    style.backgroundPosition = `${-(x0 - pad) * scale}px ${-(y0 - pad) * scale}px`;
  }
}
