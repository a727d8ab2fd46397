// A photo with the square on it that a model is given: dragged, scaled, turned, by hand or by keys.
import { element } from "./element.js";

const REST = 220; // Milliseconds without movement before the square counts as put down.
const LEAST = 12; // Pixels of the photo.

export class Cropper {
  /** `onmove(place)` on every frame of a drag, `onrest(place)` where it is put down. */
  constructor({ onmove, onrest }) {
    Object.assign(this, { onmove, onrest });
    this.photo = element("img", { class: "hg-crop-photo", alt: "Your photo", draggable: "false" });
    this.turner = element("i", { class: "hg-crop-turn", "data-part": "turn" });
    this.corner = element("i", { class: "hg-crop-corner", "data-part": "scale" });
    this.box = element(
      "div",
      {
        class: "hg-crop-box",
        tabindex: "0",
        role: "application",
        "aria-label": "The crop: arrows move it, plus and minus scale it, comma and full stop turn it",
        "data-testid": "crop-box",
        onpointerdown: (event) => this.down(event),
        onpointermove: (event) => this.move(event),
        onpointerup: () => this.up(),
        onpointercancel: () => this.up(),
        onkeydown: (event) => this.key(event),
        onwheel: (event) => this.wheel(event),
      },
      this.turner,
      this.corner,
    );
    this.node = element(
      "div",
      { class: "hg-crop", "data-testid": "crop", hidden: true },
      this.photo,
      this.box,
    );
    this.sizes = new ResizeObserver(() => this.lay());
    this.sizes.observe(this.photo);
    this.draw = this.draw.bind(this);
  }

  /** Show a photo and where the square lies: {x, y, side, angle, width, height}, in its pixels. */
  show(url, place) {
    if (this.photo.getAttribute("src") !== url) this.photo.src = url;
    this.place = { ...place };
    this.box.hidden = false;
    this.node.hidden = false;
    this.lay();
  }

  /** A photo of which nobody can tell what the model is given. */
  showWhole(url) {
    if (this.photo.getAttribute("src") !== url) this.photo.src = url;
    this.place = null;
    this.box.hidden = true;
    this.node.hidden = false;
  }

  hide() {
    this.node.hidden = true;
    this.place = null;
  }

  get scale() {
    return this.photo.clientWidth / this.place.width;
  }

  lay() {
    if (!this.place || !this.photo.clientWidth) return;
    const { x, y, side, angle } = this.place;
    const { scale } = this;
    this.box.style.width = this.box.style.height = `${side * scale}px`;
    this.box.style.transform = `translate(${x * scale}px, ${y * scale}px) translate(-50%, -50%) rotate(${angle}deg)`;
    this.box.dataset.place = JSON.stringify([x, y, side, angle].map((v) => Math.round(v * 100) / 100));
  }

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.box.focus({ preventScroll: true });
    this.box.setPointerCapture(event.pointerId);
    this.held = {
      part: event.target.dataset.part ?? "move",
      from: this.pointer(event),
      place: { ...this.place },
    };
  }

  pointer(event) {
    const box = this.photo.getBoundingClientRect();
    return [(event.clientX - box.left) / this.scale, (event.clientY - box.top) / this.scale];
  }

  move(event) {
    if (!this.held) return;
    const { part, from, place } = this.held;
    const [x, y] = this.pointer(event);
    if (part === "move") return this.change({ x: place.x + x - from[0], y: place.y + y - from[1] });
    const reach = (point) => Math.hypot(point[0] - place.x, point[1] - place.y);
    if (part === "scale") {
      return this.change({ side: place.side * (reach([x, y]) / (reach(from) || 1)) });
    }
    const turn = (point) => Math.atan2(point[1] - place.y, point[0] - place.x);
    this.change({ angle: place.angle + ((turn([x, y]) - turn(from)) * 180) / Math.PI });
  }

  up() {
    if (!this.held) return;
    this.held = null;
    this.settle(0);
  }

  key(event) {
    const { x, y, side, angle } = this.place;
    const step = side * (event.shiftKey ? 0.1 : 0.02);
    const changes = {
      ArrowLeft: { x: x - step },
      ArrowRight: { x: x + step },
      ArrowUp: { y: y - step },
      ArrowDown: { y: y + step },
      "+": { side: side * 1.05 },
      "=": { side: side * 1.05 },
      "-": { side: side / 1.05 },
      ",": { angle: angle - 2 },
      ".": { angle: angle + 2 },
    };
    const change = changes[event.key];
    if (!change || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.change(change);
  }

  wheel(event) {
    event.preventDefault();
    this.change({ side: this.place.side * Math.exp(-event.deltaY / 600) });
  }

  change(change) {
    const { width, height } = this.place;
    const next = { ...this.place, ...change };
    const inside = (value, least, most) => Math.min(Math.max(value, least), most);
    next.x = inside(next.x, 0, width);
    next.y = inside(next.y, 0, height);
    next.side = inside(next.side, Math.min(LEAST, width, height), 1.5 * Math.max(width, height));
    next.angle = ((((next.angle + 180) % 360) + 360) % 360) - 180;
    this.place = next;
    this.waiting ||= requestAnimationFrame(this.draw);
    if (!this.held) this.settle(REST); // What is held is put down when it is let go.
  }

  draw() {
    this.waiting = 0;
    if (!this.place) return;
    this.lay();
    this.onmove(this.place);
  }

  settle(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.place) this.onrest({ ...this.place });
    }, wait);
  }

  /** Draw what the square shows, as well as the small copy of the photo allows, on a canvas. */
  paint(canvas) {
    const { x, y, side, angle, width, height } = this.place;
    const context = canvas.getContext("2d");
    context.save();
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.translate(canvas.width / 2, canvas.height / 2);
    context.scale(canvas.width / side, canvas.height / side);
    context.rotate((-angle * Math.PI) / 180);
    context.translate(-x, -y);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.photo, 0, 0, width, height);
    context.restore();
  }

  close() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.waiting);
    this.sizes.disconnect();
  }
}
