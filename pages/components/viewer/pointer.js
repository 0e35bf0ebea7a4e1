/* What the mouse does on the photo: drag it, click boxes and lines, frame words. */

const CLICK_PX = 4; // a pointer that moved less has clicked, not dragged

class Pointer {
  constructor(viewer) {
    this.viewer = viewer;
    const { pane } = viewer;
    viewer.on(pane, "wheel", (event) => viewer.wheeled(event), { passive: false });
    viewer.on(pane, "pointerdown", (event) => this.grabbed(event));
    viewer.on(pane, "pointermove", (event) => this.dragged(event));
    viewer.on(pane, "pointerup pointercancel", (event) => this.released(event));
    viewer.on(pane, "dblclick", () => viewer.fit());
  }

  grabbed(event) {
    const { viewer } = this;
    if (event.button !== 0 || !viewer.size) return;
    const framing = viewer.data.acts && (viewer.frame.isOn || event.shiftKey); // Shift frames words for once
    this.drag = {
      x: event.clientX, y: event.clientY, from: { ...viewer.view }, moved: false, framing, start: viewer.onPage(event),
    };
    viewer.pane.setPointerCapture(event.pointerId);
  }

  dragged(event) {
    const { drag, viewer } = this;
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < CLICK_PX) return;
    drag.moved = true;
    if (drag.framing) { viewer.frame.draw(spanned(drag.start, viewer.onPage(event), viewer.size)); return; }
    viewer.pane.classList.add("dragging");
    viewer.moveTo(drag.from.x + dx, drag.from.y + dy);
  }

  released(event) {
    const { drag, viewer } = this;
    this.drag = null;
    viewer.pane.classList.remove("dragging");
    if (!drag || event.type !== "pointerup") viewer.frame.draw(null);
    else if (!drag.moved) this.clicked(event);
    else if (drag.framing) {
      viewer.frame.set(false);
      viewer.pick({ box: spanned(drag.start, viewer.onPage(event), viewer.size) });
    }
  }

  /* A click on boxes that lie on each other takes the smallest, and the next one when repeated. */
  clicked(event) {
    const { viewer } = this;
    const [x, y] = viewer.onPage(event);
    const line = viewer.data.acts ? viewer.lines.lineAt(x, y) : -1;
    if (line >= 0) { viewer.pick({ lines: [line], more: event.ctrlKey || event.metaKey }); return; }
    const hit = viewer.data.boxes.filter((box) => box.photo === viewer.photo && holds(box.box, x, y))
      .sort((a, b) => area(a.box) - area(b.box)).map((box) => box.field);
    if (hit.length) viewer.focusField(hit[(hit.indexOf(viewer.active) + 1) % hit.length]);
  }
}
