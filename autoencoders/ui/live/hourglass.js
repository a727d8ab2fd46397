// The hourglass: one bar for each stage, as high as the logarithm of how many numbers it holds, and a
// slider under it. Dragging over either moves through the network; a click on a bar opens it.
import { drawing, element } from "./element.js";
import { drawMap, isPicture, shownOf } from "./passage.js";
import { drawCells } from "./stage_pictures.js";

const STILL = 5; // Pixels a press may wander and still be a click.
const KINDS = { given: "picture", convolution: "convolution", "transposed convolution": "transposed convolution", dense: "dense" };
const TILE = 30; // Pixels of a map in a bar, about.
const many = (count) => `${count.toLocaleString("en")} ${count === 1 ? "number" : "numbers"}`;

export class Hourglass {
  /** `parts`: onseek(t) while it moves, t in stages; onrest(); onopen(stage number, its button); heading(): where it goes or is. */
  constructor(parts) {
    Object.assign(this, parts);
    this.t = 0;
    this.bars = [];
    this.outline = drawing("path", { class: "hg-glass-outline" });
    this.shape = drawing("svg", { class: "hg-glass-shape", preserveAspectRatio: "none", "aria-hidden": "true" }, this.outline);
    this.cursor = element("i", { class: "hg-glass-cursor", "aria-hidden": "true" });
    this.row = element("div", { class: "hg-glass-row", role: "group", "aria-label": "Stages, from the picture to its reconstruction" });
    this.stage = element("div", { class: "hg-glass-stage", "data-testid": "hourglass" }, this.shape, this.row, this.cursor);
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "any",
      value: "0",
      class: "hg-glass-slider",
      "aria-label": "Place in the network",
      "data-testid": "through-slider",
      oninput: () => this.onseek(Number(this.slider.value) * this.last),
      onchange: () => this.onrest(),
      onkeydown: (event) => this.key(event),
    });
    this.node = element("div", { class: "hg-glass" }, this.stage, this.slider);
    this.feel();
  }

  get last() {
    return Math.max(this.bars.length - 1, 1);
  }

  /** Show the stages of a picture; bars that are there already only change what is in them. */
  show(stages) {
    this.stages = stages;
    if (this.bars.length !== stages.length) this.build(stages);
    stages.forEach((stage, k) => this.fill(this.bars[k], stage));
  }

  build(stages) {
    const most = Math.log(1 + Math.max(...stages.map(({ count }) => count)));
    const heights = stages.map(({ count }) => Math.log(1 + count) / most);
    this.node.style.setProperty("--stages", stages.length);
    this.bars = stages.map((stage, k) => this.bar(stage, k, heights[k]));
    this.row.replaceChildren(...this.bars.map(({ button }) => button));
    this.shape.setAttribute("viewBox", `0 0 ${100 * stages.length} 100`);
    this.outline.setAttribute("d", outlineOf(heights));
    this.follow(this.t);
  }

  bar(stage, k, height) {
    const canvas = element("canvas", { class: "hg-glass-bar", style: `--height:${height.toFixed(4)}` });
    const { part, kind, count, name, base } = stage;
    const word = part === "code" ? "code" : part === "reconstruction" ? "redrawn" : KINDS[kind];
    const button = element(
      "button",
      {
        type: "button",
        class: "hg-glass-button",
        tabindex: "-1",
        "data-testid": "stage",
        "data-part": part,
        "data-base": String(base),
        title: `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${many(count)}`,
        "aria-label": `Stage ${k + 1}: ${name}, ${many(count)}. Open it`,
        onclick: () => !this.wandered && this.onopen(k, button),
        onkeydown: (event) => this.key(event, true),
      },
      element("span", { class: "hg-glass-column" }, canvas),
      element("b", { class: "hg-glass-count" }, count.toLocaleString("en")),
      element("span", { class: "hg-glass-kind" }, word),
    );
    return { button, canvas };
  }

  /** Draw what a stage holds into its bar: its strongest maps below each other, or its numbers. */
  fill({ canvas }, stage) {
    const scale = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth || 40, canvas.clientHeight || 100];
    canvas.width = Math.round(width * scale);
    canvas.height = Math.max(Math.round(height * scale), 1);
    const context = canvas.getContext("2d");
    if (!stage.maps) return drawCells(context, stage, 0, 0, canvas.width, canvas.height, canvas.width > 8 ? 1 : 0);
    const across = isPicture(stage) ? 1 : Math.max(1, Math.round(width / TILE));
    const side = canvas.width / across;
    const down = isPicture(stage) ? 1 : Math.max(1, Math.floor(canvas.height / side));
    const shown = isPicture(stage) ? [0] : strongest(stage, across * down);
    const rows = Math.ceil(shown.length / across);
    const gap = (canvas.height - rows * side) / (rows + 1);
    shown.forEach((map, i) => drawMap(context, stage, map, (i % across) * side, gap + Math.floor(i / across) * (side + gap), side - 1));
  }

  /** Mark a place, in stages; runs on every frame. */
  follow(t) {
    this.t = t;
    const count = this.bars.length || 1;
    const part = String(t / this.last);
    if (this.slider.value !== part) this.slider.value = part;
    this.cursor.style.transform = `translateX(${((100 * (t + 0.5)) / count).toFixed(3)}cqw)`;
    const near = Math.round(t);
    this.cursor.hidden = t === near; // The bar's own frame says it then.
    if (near === this.near && this.bars[near]?.button === this.marked) return;
    this.marked?.removeAttribute("aria-current");
    this.marked?.setAttribute("tabindex", "-1");
    this.near = near;
    this.marked = this.bars[near]?.button;
    this.marked?.setAttribute("aria-current", "true");
    this.marked?.setAttribute("tabindex", "0");
    if (this.stages) this.slider.setAttribute("aria-valuetext", `${this.stages[near].name}, ${many(this.stages[near].count)}`);
  }

  /** Dragging over the drawing itself, with mouse, finger or pen. */
  feel() {
    const { stage } = this;
    const at = (event) => {
      const box = stage.getBoundingClientRect();
      const place = ((event.clientX - box.left) / box.width) * this.bars.length - 0.5;
      return Math.min(Math.max(place, 0), this.last);
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.button || !this.bars.length) return;
      Object.assign(this, { pressed: event.clientX, wandered: false });
    });
    stage.addEventListener("pointermove", (event) => {
      if (this.pressed === undefined || !event.buttons) return;
      if (!this.wandered && Math.abs(event.clientX - this.pressed) <= STILL) return;
      // Only now: a captured pointer's click is not its button's any more.
      if (!this.wandered) stage.setPointerCapture(event.pointerId);
      this.wandered = true;
      this.onseek(at(event));
    });
    const ended = () => {
      if (this.pressed === undefined) return;
      this.pressed = undefined;
      if (this.wandered) this.onrest();
      setTimeout(() => (this.wandered = false)); // The click that ends a drag comes first.
    };
    stage.addEventListener("pointerup", ended);
    stage.addEventListener("pointercancel", ended);
  }

  key(event, onbar = false) {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (event.key === "Enter" && !onbar) {
      event.preventDefault();
      return this.onopen(Math.round(this.t), this.slider);
    }
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(Math.round(this.heading()) + step, 0), this.last);
    this.onstep(to);
    if (onbar) this.bars[to].button.focus({ preventScroll: true });
  }
}

/** The maps of a stage with the largest spread, at most `room` of those that are shown, in order. */
function strongest(stage, room) {
  const shown = shownOf(stage);
  const most = [...shown].sort((a, b) => stage.measures[b].spread - stage.measures[a].spread);
  return most.slice(0, room).sort((a, b) => a - b);
}

/** The outline of the glass through the bars' tops and back along their feet. */
function outlineOf(heights) {
  const x = (k) => 100 * k + 50;
  const top = (k) => 50 - 50 * heights[k];
  const foot = (k) => 50 + 50 * heights[k];
  const last = heights.length - 1;
  const curve = (from, to, y) => `C${(x(from) + x(to)) / 2},${y(from)} ${(x(from) + x(to)) / 2},${y(to)} ${x(to)},${y(to)}`;
  const over = heights.slice(1).map((_, k) => curve(k, k + 1, top));
  const back = heights.slice(1).map((_, k) => curve(last - k, last - k - 1, foot));
  return `M${x(0)},${top(0)}${over.join("")}L${x(last)},${foot(last)}${back.join("")}Z`;
}
