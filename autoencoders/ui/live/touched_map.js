// The map of a finished run under the pointer: every place is drawn, from a sheet that the job left.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const STEPS = 40; // Arrow keys from one side of the map to the other.

/** Makes the map of `movie` answer; the picture stands where else the given ones do. */
export class TouchedMap {
  constructor(movie, sheet) {
    Object.assign(this, { movie, sheet, at: [0, 0] });
    const { swarm, givenFigure, mapCaption } = movie;
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": "touched",
      "data-state": "empty",
      role: "img",
      "aria-label": "The picture at the place on the map",
      hidden: true,
    });
    this.screen = new PictureCanvas(this.canvas, sheet.header.tile);
    this.given = givenFigure.querySelector("canvas");
    this.caption = givenFigure.querySelector("figcaption");
    this.words = this.caption.textContent;
    this.given.after(this.canvas);
    this.mark = element("i", { class: "hg-crosshair", hidden: true });
    this.place = element("div", { class: "hg-touched" });
    swarm.before(this.place);
    this.place.append(swarm, this.mark);
    mapCaption.textContent += "; point at it";
    Object.assign(swarm, { tabIndex: 0 });
    swarm.setAttribute("aria-label", "The map: arrow keys move to other codes");
    swarm.addEventListener("pointermove", (event) => this.move(event));
    swarm.addEventListener("pointerdown", (event) => this.move(event));
    swarm.addEventListener("pointerleave", () => this.leave());
    swarm.addEventListener("blur", () => this.leave());
    swarm.addEventListener("keydown", (event) => this.key(event));
    this.draw = this.draw.bind(this);
  }

  /** Only the last epoch's network was kept: further back the map is a picture. */
  get there() {
    return this.movie.t >= this.movie.snapshots - 1;
  }

  move({ clientX, clientY }) {
    const { left, top, width, height } = this.movie.swarm.getBoundingClientRect();
    const share = (value) => Math.min(Math.max(value, 0), 1);
    this.goTo(share((clientX - left) / width), share((clientY - top) / height));
  }

  key(event) {
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (event.key === "Escape") return this.leave();
    if (!way) return;
    event.preventDefault();
    const from = this.canvas.hidden ? [0.5, 0.5] : this.at;
    this.goTo(...from.map((value, k) => Math.min(Math.max(value + way[k] / STEPS, 0), 1)));
  }

  goTo(across, down) {
    if (!this.there) return this.leave();
    this.at = [across, down];
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw() {
    this.waiting = 0;
    const [across, down] = this.at;
    const [x0, x1, y0, y1] = this.movie.extentAt(this.movie.t);
    const [x, y] = [x0 + across * (x1 - x0), y1 - down * (y1 - y0)];
    this.screen.draw(this.sheet.blendAt(x, y));
    this.canvas.dataset.z = JSON.stringify([x, y].map((value) => Number(value.toPrecision(6))));
    this.canvas.dataset.state = "blend";
    const side = this.movie.swarm.clientWidth;
    this.mark.style.transform = `translate(${across * side}px, ${down * side}px)`;
    this.show(true);
  }

  leave() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.show(false);
  }

  show(on) {
    if (this.canvas.hidden === !on) return;
    this.canvas.hidden = this.mark.hidden = !on;
    this.given.hidden = on;
    const { rows, cols } = this.sheet.header;
    this.caption.textContent = on ? `drawn from that place; a blend of ${cols}×${rows} pictures` : this.words;
  }
}
