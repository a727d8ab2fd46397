// A sheet of paper to draw a digit on; what is drawn is looked at while it is drawn.
import { element, iconButton } from "./element.js";

const SIDE = 280;
const PEN = 20;
const STEP = 10; // Pixels of one arrow key.
const EVERY = 120; // Milliseconds from one look to the next.

export class Sketch {
  /** `look(blob, signal)` is asked while drawing, one at a time; `onkeep(file)` and `onclose()`. */
  constructor({ look, onkeep, onclose, onclear }) {
    Object.assign(this, { look, onkeep, onclose, onclear });
    this.canvas = element("canvas", {
      class: "hg-sketch-paper",
      width: SIDE,
      height: SIDE,
      tabindex: "0",
      role: "application",
      "aria-label": "Paper to draw a digit on: draw with pen, finger or mouse; arrows move, Space puts the pen down",
      "data-testid": "sketch-paper",
      onpointerdown: (event) => this.down(event),
      onpointermove: (event) => this.move(event),
      onpointerup: () => this.lift(),
      onpointercancel: () => this.lift(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.showPen(false),
    });
    this.pen = element("i", { class: "hg-sketch-pen", hidden: true });
    this.keep = iconButton(
      "star",
      "Keep it in the tray",
      () => this.keepIt(),
      { "data-testid": "sketch-keep", disabled: true },
      "Keep it",
    );
    this.node = element(
      "div",
      { class: "hg-sketch", hidden: true, "data-testid": "sketch" },
      element("div", { class: "hg-sketch-sheet" }, this.canvas, this.pen),
      element(
        "div",
        { class: "hg-row" },
        iconButton("close", "Clear the paper", () => this.clear(), { "data-testid": "sketch-clear" }, "Clear"),
        this.keep,
        element("button", { type: "button", class: "hg-button hg-quiet", onclick: () => this.stop() }, "Done"),
      ),
    );
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.blank();
  }

  open() {
    this.node.hidden = false;
    this.canvas.focus({ preventScroll: true });
  }

  blank() {
    this.context.fillStyle = "#fff";
    this.context.fillRect(0, 0, SIDE, SIDE);
    this.at = [SIDE / 2, SIDE / 4];
    this.marks = 0;
    this.keep.disabled = true;
  }

  clear() {
    this.blank();
    this.asked?.abort();
    this.wanted = false;
    this.onclear();
    this.canvas.focus({ preventScroll: true });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * SIDE,
      ((event.clientY - box.top) / box.height) * SIDE,
    ];
  }

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.at = this.place(event);
    this.line(this.at);
  }

  move(event) {
    if (!this.drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.line(this.place(each));
  }

  lift() {
    this.drawing = false;
  }

  line(to) {
    const { context } = this;
    context.strokeStyle = "#111";
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...this.at);
    context.lineTo(...to);
    context.stroke();
    this.at = to;
    this.marks++;
    this.keep.disabled = false;
    this.request();
  }

  key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === " ") {
      event.preventDefault();
      this.inked = !this.inked;
      this.showPen(true);
      if (this.inked) this.line(this.at);
      return;
    }
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const inside = (value) => Math.min(Math.max(value, 0), SIDE);
    const to = [inside(this.at[0] + way[0] * STEP), inside(this.at[1] + way[1] * STEP)];
    if (this.inked) this.line(to);
    this.at = to;
    this.showPen(true);
  }

  showPen(there) {
    this.pen.hidden = !there;
    this.pen.dataset.inked = String(Boolean(this.inked));
    this.pen.style.left = `${(100 * this.at[0]) / SIDE}%`;
    this.pen.style.top = `${(100 * this.at[1]) / SIDE}%`;
  }

  /** Have the drawing looked at: at most one look at a time, and not more often than `EVERY`. */
  request() {
    this.wanted = true;
    if (!this.busy) this.send();
  }

  async send() {
    this.busy = true;
    while (this.wanted && !this.closed) {
      this.wanted = false;
      const { signal } = (this.asked = new AbortController());
      const pause = new Promise((resolve) => setTimeout(resolve, EVERY));
      await this.look(await this.file(), signal, () => !this.wanted && !this.drawing);
      await pause;
    }
    this.busy = false;
  }

  file() {
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }

  async keepIt() {
    const blob = await this.file();
    this.onkeep(new File([blob], "your drawing", { type: "image/png" }));
  }

  stop() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.asked?.abort();
    this.onclose();
  }

  close() {
    this.closed = true;
    this.asked?.abort();
  }
}
