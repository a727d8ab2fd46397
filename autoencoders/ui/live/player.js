// A strip under one slider: a picture on every frame of a drag, the exact one at rest.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const REST = 140; // Milliseconds without movement before the exact picture is asked for.
const SPEEDS = { slow: 8, normal: 4, fast: 2 }; // Seconds from one end to the other.

export class Player {
  /** `parts`: slot, image (its shape), label, exact(t, signal), codeAt(t) and onmove(t);
   *  without `exact`, where there is no server, the blend stays. */
  constructor(parts) {
    Object.assign(this, parts);
    this.t = 0;
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": this.slot,
      "data-state": "empty",
      role: "img",
      "aria-label": this.label,
    });
    this.picture = new PictureCanvas(this.canvas, this.image);
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting");
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "any",
      value: "0",
      "aria-label": this.label,
      "data-testid": `${this.slot}-slider`,
      oninput: () => {
        this.pause();
        this.seek(Number(this.slider.value));
      },
      onchange: () => this.onrest?.(),
      onkeydown: (event) => this.key(event),
    });
    this.button = iconButton("play", "Play", () => this.toggle(), {
      "data-testid": `${this.slot}-play`,
    });
    this.loop = element("input", { type: "checkbox", checked: true });
    this.speed = element(
      "select",
      { "aria-label": "Speed", class: "hg-select" },
      Object.keys(SPEEDS).map((name) =>
        element("option", { value: name, selected: name === "normal" }, name),
      ),
    );
    this.marks = element("div", { class: "hg-marks", "aria-hidden": "true" });
    this.frame = element("div", { class: "hg-frame" }, this.canvas);
    this.controls = element(
      "div",
      { class: "hg-scrub" },
      this.button,
      element("div", { class: "hg-track" }, this.slider, this.marks),
      element("label", { class: "hg-tick" }, this.loop, "there and back"),
      this.speed,
    );
    this.draw = this.draw.bind(this);
    this.checkRest = this.checkRest.bind(this);
  }

  /** Show another strip, where the slider stands. */
  use(sheet, stops = []) {
    this.sheet = sheet;
    this.last = sheet.header.frames - 1;
    this.marks.replaceChildren(
      ...Array.from(stops, (stop) => element("i", { style: `left:${(100 * stop).toFixed(2)}%` })),
    );
    this.seek(this.t);
  }

  seek(t) {
    this.t = Math.min(Math.max(t, 0), 1);
    if (this.state === "exact") this.setState("blend", "live blend"); // Of another place, from now on.
    this.moved();
    this.request();
  }

  /** Move slider and picture from outside: a link, an undone step. */
  goTo(t) {
    this.seek(t);
    this.slider.value = String(this.t);
  }

  request() {
    this.waiting ||= requestAnimationFrame(this.draw);
  }

  draw(now) {
    this.waiting = 0;
    if (!this.sheet) return;
    if (this.playing) this.advance(now);
    this.picture.draw(this.sheet.blendFrame(this.t * this.last));
    this.canvas.dataset.z = this.codeAt(this.t);
    this.canvas.dataset.t = this.t.toFixed(4);
    this.setState("blend", "live blend");
    this.onmove(this.t);
    if (this.playing) this.request();
  }

  setState(state, text) {
    if (this.state === state && this.text === text) return;
    Object.assign(this, { state, text });
    this.canvas.dataset.state = this.badge.dataset.state = state;
    this.badge.textContent = text;
  }

  moved() {
    this.movedAt = performance.now();
    this.resting?.abort();
    this.restTimer ??= setTimeout(this.checkRest, REST);
  }

  checkRest() {
    const left = REST - (performance.now() - this.movedAt);
    const busy = left > 1 || this.playing || this.waiting; // A frame that is due would draw over it.
    this.restTimer = busy ? setTimeout(this.checkRest, Math.max(left, REST / 2)) : null;
    if (!busy) this.rest();
  }

  async rest() {
    if (this.closed || !this.sheet) return;
    if (!this.exact) return this.setState("blend", "blend of the pictures in this file");
    const { signal } = (this.resting = new AbortController());
    try {
      const { header, arrays } = await this.exact(this.t, signal);
      if (signal.aborted) return;
      this.picture.draw(arrays.images.data);
      const { milliseconds, device, precision } = header;
      this.setState("exact", `exact · ${milliseconds.toFixed(1)} ms · ${device} · ${precision}`);
    } catch (error) {
      if (error.name !== "AbortError") this.setState("blend", "offline · live blend");
    }
  }

  advance(now) {
    const seconds = (now - (this.before ?? now)) / 1000;
    this.before = now;
    this.t += (this.way * seconds) / SPEEDS[this.speed.value];
    if (this.t >= 1 || this.t <= 0) this.turn();
    this.slider.value = String(this.t);
    this.movedAt = now;
  }

  /** At an end: back again, or stop. */
  turn() {
    this.t = Math.min(Math.max(this.t, 0), 1);
    if (this.loop.checked) this.way = this.t >= 1 ? -1 : 1;
    else this.pause();
  }

  toggle() {
    if (this.playing) return this.pause();
    if (!this.sheet) return;
    if (this.t >= 1) this.t = 0;
    Object.assign(this, { playing: true, before: null, way: 1 });
    this.setButton("pause", "Pause");
    this.request();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.setButton("play", "Play");
    this.moved();
  }

  setButton(name, title) {
    this.button.replaceChildren(...iconButton(name, title, null).childNodes);
    this.button.title = title;
    this.button.setAttribute("aria-label", title);
  }

  key(event) {
    const ways = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    const step = ways[event.key];
    if (!step) return;
    event.preventDefault();
    this.pause();
    this.goTo(this.t + (step * (event.shiftKey ? 10 : 1)) / 100);
    this.onrest?.();
  }

  close() {
    this.closed = true;
    this.resting?.abort();
    clearTimeout(this.restTimer);
    cancelAnimationFrame(this.waiting);
  }
}
