/* Boxes [x0, y0, x1, y1] and points [x, y] in pixels of the page, and what becomes of them when the page is turned by
   quarters to the right. `size` is the page's own, unturned. */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN_PX = 24; // kept free round a revealed box
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }; // directions on the screen

const area = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);
const holds = ([x0, y0, x1, y1], x, y) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
const middle = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];
const isTyping = () => document.activeElement?.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]');

const turnSize = (turn, { w, h }) => (turn % 2 ? { w: h, h: w } : { w, h });

/* Where a turned page's own corner comes to lie, so that all of it stays right of and below the origin. */
const turnedOrigin = (turn, { w, h }) => [[0, 0], [h, 0], [w, h], [0, w]][turn];

const turnPoint = ([x, y], turn, { w, h }) => [[x, y], [h - y, x], [w - x, h - y], [y, w - x]][turn];
const turnBack = ([x, y], turn, { w, h }) => [[x, y], [y, h - x], [w - x, h - y], [w - y, x]][turn];

function turnBox([x0, y0, x1, y1], turn, size) {
  const [ax, ay] = turnPoint([x0, y0], turn, size);
  const [bx, by] = turnPoint([x1, y1], turn, size);
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

function unturnBox([x0, y0, x1, y1], turn, size) {
  return spanned(turnBack([x0, y0], turn, size), turnBack([x1, y1], turn, size), size);
}

const within = (value, most) => Math.min(most, Math.max(0, value));

/* The box between two points, as far as it lies on the page. */
function spanned([ax, ay], [bx, by], { w, h }) {
  return [
    within(Math.min(ax, bx), w), within(Math.min(ay, by), h), within(Math.max(ax, bx), w), within(Math.max(ay, by), h),
  ];
}

/* The box moved, as far as the page goes. */
function shifted([x0, y0, x1, y1], [dx, dy], { w, h }) {
  const [left, top] = [within(x0 + dx, w - (x1 - x0)), within(y0 + dy, h - (y1 - y0))];
  return [left, top, left + x1 - x0, top + y1 - y0];
}

/* The box with its right and lower edge moved; at least `least` in either direction. */
function stretched([x0, y0, x1, y1], [dx, dy], { w, h }, least) {
  return [x0, y0, Math.max(x0 + least, within(x1 + dx, w)), Math.max(y0 + least, within(y1 + dy, h))];
}

const union = (boxes) => [
  Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1])),
  Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3])),
];

/* How far to move so that [from, to] lies in a pane of this length, MARGIN_PX from its edges. */
function nudge(from, to, length) {
  if (to - from > length - 2 * MARGIN_PX) return MARGIN_PX - from;
  if (from < MARGIN_PX) return MARGIN_PX - from;
  return Math.min(0, length - MARGIN_PX - to);
}

function drawRect([x0, y0, x1, y1], kind, title) {
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
