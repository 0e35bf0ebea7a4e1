/* Thousands of photos as tiles: only those in sight, and a few rows around them, are in the page. What scrolls away is
   taken out again, so memory does not grow with how far somebody has scrolled.

   Names come from photos and files: they are set as text, never as markup. */

const TILE = { width: 168, height: 204, gap: 12 };
const ROWS_AROUND = 2;

class Wall {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector(".tiles");
    this.shown = new Map(); // number -> element, in the order of the page
    this.stop = new AbortController();
    root.addEventListener("scroll", () => this.ask(), { passive: true, signal: this.stop.signal });
    this.sizes = new ResizeObserver(() => this.ask());
    this.sizes.observe(root);
  }

  close() {
    this.stop.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  update(data) {
    if (data.name !== this.data?.name) { this.root.scrollTop = 0; }
    if (JSON.stringify(data.tiles) !== JSON.stringify(this.data?.tiles) || data.link !== this.data?.link) {
      for (const tile of this.shown.values()) { tile.remove(); }
      this.shown.clear();
    }
    this.data = data;
    this.list.setAttribute("aria-label", data.label);
    this.draw();
  }

  ask() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { clientWidth, clientHeight, scrollTop } = this.root;
    const across = Math.max(1, Math.floor((clientWidth + TILE.gap) / (TILE.width + TILE.gap)));
    const step = TILE.height + TILE.gap;
    const total = this.data.tiles.length;
    this.list.style.height = `${Math.ceil(total / across) * step - TILE.gap}px`;
    const first = Math.max(0, (Math.floor(scrollTop / step) - ROWS_AROUND) * across);
    const last = Math.min(total, (Math.ceil((scrollTop + clientHeight) / step) + ROWS_AROUND) * across);
    this.forget(first, last);
    for (let number = first; number < last; number += 1) { this.place(number, across, clientWidth); }
  }

  /* A tile that has the focus stays: its reader would be thrown back to the top of the page. */
  forget(first, last) {
    const focused = this.root.getRootNode().activeElement;
    for (const [number, tile] of this.shown) {
      if ((number < first || number >= last) && !tile.contains(focused)) {
        tile.remove();
        this.shown.delete(number);
      }
    }
  }

  place(number, across, width) {
    let tile = this.shown.get(number);
    if (!tile) {
      tile = this.made(number);
      const next = [...this.shown.keys()].filter(other => other > number).sort((a, b) => a - b)[0];
      this.list.insertBefore(tile, next === undefined ? null : this.shown.get(next));
      this.shown.set(number, tile);
    }
    const column = (width - TILE.gap * (across - 1)) / across;
    tile.style.width = `${column}px`;
    tile.style.left = `${(number % across) * (column + TILE.gap)}px`;
    tile.style.top = `${Math.floor(number / across) * (TILE.height + TILE.gap)}px`;
  }

  made(number) {
    const [item, blob, name, status] = this.data.tiles[number];
    const tile = document.createElement("li");
    tile.setAttribute("aria-setsize", this.data.tiles.length);
    tile.setAttribute("aria-posinset", number + 1);
    const link = document.createElement("a");
    link.href = this.data.link.replace("{item}", item);
    link.target = "_blank";
    link.title = name;
    if (blob) {
      const image = document.createElement("img");
      image.src = `/thumb/${blob}.jpg`;
      image.alt = ""; // its name stands below it
      image.decoding = "async";
      link.append(image);
    }
    for (const [text, kind] of [[name, "name"], [`${item} · ${this.data.statuses[status] ?? status}`, "status"]]) {
      const line = document.createElement("span");
      line.className = kind;
      line.textContent = text;
      link.append(line);
    }
    tile.append(link);
    return tile;
  }
}

/* Streamlit calls this on every change of data, and its return value once, at the end. */
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".wall");
  root.wall ??= new Wall(root);
  root.wall.update(data);
  return () => {
    root.wall?.close();
    root.wall = null;
  };
}
