// What stands on the plane besides points: crosshair, ring, pin, stars, label names, lasso.
import { drawing, element } from "./element.js";

const PIN = "M0 0C-2.500-6-9-9.500-9-16a9 9 0 1 1 18 0C9-9.500 2.500-6 0 0z";
const STAR =
  "M0-11.500 3.400-3.900 11.600-3.100 5.400 2.400 7.200 10.500 0 6.300-7.200 10.500-5.400 2.400-11.600-3.100-3.400-3.900z";

function symbol(name, path, extra = []) {
  return element(
    "div",
    { class: `hg-marker hg-${name}` },
    drawing(
      "svg",
      { viewBox: "-16 -28 32 44", "aria-hidden": "true" },
      drawing("path", { d: path }),
      ...extra,
    ),
  );
}

export class Markers {
  constructor(surface, plane) {
    this.plane = plane;
    this.crosshair = element("div", { class: "hg-crosshair", hidden: true });
    this.ring = element("div", { class: "hg-ring", hidden: true });
    this.pin = symbol("pin", PIN, [drawing("circle", { cx: 0, cy: -16, r: 3.4 })]);
    this.pin.hidden = true;
    this.outline = drawing("path", { class: "hg-outline" });
    this.shape = drawing(
      "svg",
      { class: "hg-shape", "aria-hidden": "true", hidden: true },
      this.outline,
    );
    this.stars = new Map();
    this.letters = {};
    this.at = { crosshair: null, ring: null, pin: null };
    this.polygon = null;
    this.surface = surface;
    surface.append(this.shape, this.crosshair, this.ring, this.pin);
    this.follow = () => this.place();
    plane.addEventListener("change", this.follow);
  }

  put(node, x, y) {
    const { plane } = this;
    node.style.transform = `translate3d(${plane.pixelX(x)}px,${plane.pixelY(y)}px,0)`;
  }

  /** Stand a named marker ("crosshair", "ring", "pin") at a code, or take it away. */
  set(name, x, y) {
    const node = this[name];
    if (x === null || x === undefined) {
      this.at[name] = null;
      node.hidden = true;
      return;
    }
    this.at[name] ??= [0, 0];
    this.at[name][0] = x;
    this.at[name][1] = y;
    if (node.hidden) node.hidden = false;
    this.put(node, x, y);
  }

  /** Stand the letters of pinned places at their codes: {A: code or null, ...}. */
  letter(codes) {
    for (const [letter, code] of Object.entries(codes)) {
      this.letters[letter]?.node.remove();
      delete this.letters[letter];
      if (!code) continue;
      const node = element("div", { class: "hg-marker hg-letter", "data-testid": `letter-${letter}` }, element("b", {}, letter));
      this.letters[letter] = { node, code };
      this.surface.append(node);
      this.put(node, code[0], code[1]);
    }
  }

  star(id, code, label) {
    let node = this.stars.get(id)?.node;
    if (!node) {
      node = symbol("star", STAR);
      node.tabIndex = 0;
      node.setAttribute("role", "button");
      node.dataset.star = id;
      node.dataset.testid = "star";
      node.setAttribute("aria-label", `Star of ${label}; arrow keys move it`);
      this.surface.append(node);
    }
    this.stars.set(id, { node, code });
    node.dataset.code = JSON.stringify(code);
    this.put(node, code[0], code[1]);
  }

  dropStar(id) {
    this.stars.get(id)?.node.remove();
    this.stars.delete(id);
  }

  chooseStar(id) {
    for (const [other, { node }] of this.stars) node.classList.toggle("hg-chosen", other === id);
  }

  /** The pin or star under a place of the surface: "pin", a star's id, or null. */
  under(px, py, reach) {
    const { plane } = this;
    let best = null;
    let least = reach;
    const consider = (code, key, lift) => {
      const distance = Math.hypot(plane.pixelX(code[0]) - px, plane.pixelY(code[1]) - lift - py);
      if (distance < least) [least, best] = [distance, key];
    };
    if (this.at.pin) {
      consider(this.at.pin, "pin", 22);
      consider(this.at.pin, "pin", 6);
    }
    for (const [id, { code }] of this.stars) consider(code, id, 0);
    return best;
  }

  /** Draw the lasso or box: a polygon of codes, still open or closed; null takes it away. */
  outlineOf(polygon, closed) {
    this.polygon = polygon;
    this.closed = closed;
    this.shape.toggleAttribute("hidden", !polygon);
    this.drawOutline();
  }

  drawOutline() {
    const { plane, polygon } = this;
    if (!polygon || polygon.length < 2) return this.outline.setAttribute("d", "");
    const path = polygon.map(
      ([x, y]) => `${plane.pixelX(x).toFixed(1)} ${plane.pixelY(y).toFixed(1)}`,
    );
    this.outline.setAttribute("d", `M${path.join("L")}${this.closed ? "Z" : ""}`);
  }

  /** Stand everything in its place again after the view has changed. */
  place() {
    for (const [name, code] of Object.entries(this.at))
      if (code) this.put(this[name], code[0], code[1]);
    for (const { node, code } of [...this.stars.values(), ...Object.values(this.letters)]) this.put(node, code[0], code[1]);
    this.drawOutline();
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
  }
}
