// A place on a small map that a person aims at: pointer, touch and keys.

const STEP = 1 / 100; // Of the map's side, for one arrow key; Shift: ten times.
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Aim {
  /**
   * `map` is a DotMap. `onmove(x, y)` is called when the aim moves, by pointer or key, `onset(x, y)`
   * when a place is chosen; `held`: hovering moves the aim as well, not only a pressed pointer.
   */
  constructor(map, { onmove = () => {}, onset, label }) {
    Object.assign(this, { map, onmove, onset, at: null, open: false });
    const { surface } = map;
    surface.tabIndex = 0;
    surface.setAttribute("role", "application");
    surface.setAttribute("aria-label", label);
    const listen = (name, handler) => surface.addEventListener(name, handler);
    listen("pointermove", (event) => this.open && this.move(...this.placeOf(event)));
    listen("pointerdown", (event) => this.down(event));
    listen("pointerup", (event) => this.up(event));
    listen("pointercancel", () => (this.pressed = false));
    listen("keydown", (event) => this.key(event));
    listen("focus", () => surface.classList.toggle("hg-keyed", !this.pressed));
    listen("pointerleave", () => this.open && !this.pressed && this.onleave?.());
  }

  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.map.surface.getBoundingClientRect();
    const [x0, x1, y0, y1] = this.map.bounds;
    const share = (value) => Math.min(Math.max(value, 0), 1);
    return [x0 + share((clientX - left) / width) * (x1 - x0), y1 - share((clientY - top) / height) * (y1 - y0)];
  }

  move(x, y) {
    this.at = [x, y];
    this.onmove(x, y);
  }

  down(event) {
    this.map.surface.classList.remove("hg-keyed");
    if (!this.open || event.button > 0) return;
    this.pressed = true; // Before the focus comes, which by hand needs no frame.
    this.map.surface.setPointerCapture(event.pointerId);
    this.move(...this.placeOf(event));
  }

  up(event) {
    if (!this.open || !this.pressed) return;
    this.pressed = false;
    this.at = this.placeOf(event);
    this.onset(...this.at);
  }

  key(event) {
    if (!this.open) return;
    this.map.surface.classList.add("hg-keyed");
    const [x0, x1, y0, y1] = this.map.bounds;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.at) this.onset(...this.at);
      return;
    }
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y] = this.at ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    const step = (x1 - x0) * STEP * (event.shiftKey ? 10 : 1);
    const inside = (value, low, high) => Math.min(Math.max(value, low), high);
    this.move(inside(x + way[0] * step, x0, x1), inside(y + way[1] * step, y0, y1));
    this.onkeyed?.(...this.at);
  }
}
