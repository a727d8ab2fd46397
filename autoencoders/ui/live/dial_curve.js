// Test error against the size of the code, both on a log scale, over the dial that is its axis.
import { drawing, element } from "./element.js";

const HEIGHT = 100;
const WIDTH = 1000;

export class DialCurve {
  /** `steps`: {size, mse, pca, verdict}; `at`: where each stands, 0..1; onmark(k): a size was clicked. */
  constructor(steps, at, onmark) {
    Object.assign(this, { steps, at });
    this.cursor = element("i", { class: "hg-cursor" });
    this.plot = element("div", { class: "hg-dial-plot", "aria-hidden": "true" });
    this.marks = steps.map((step, k) =>
      element(
        "button",
        {
          type: "button",
          class: "hg-dial-mark",
          style: `left:${100 * at[k]}%`,
          "data-testid": `dial-${step.size}`,
          "aria-label": `${step.size} ${step.size === 1 ? "number" : "numbers"}`,
          onclick: () => onmark(k),
        },
        String(step.size),
      ),
    );
    this.sizes = element("div", { class: "hg-dial-sizes", role: "group", "aria-label": "Sizes of the code" }, ...this.marks);
    this.build();
  }

  build() {
    const errors = this.steps.flatMap(({ mse, pca }) => [mse, pca]).filter((error) => error > 0);
    this.plot.hidden = !errors.length;
    if (!errors.length) return;
    const [least, most] = [Math.log(Math.min(...errors)), Math.log(Math.max(...errors))];
    const height = (error) => 0.06 + 0.88 * (1 - (Math.log(error) - least) / (most - least || 1));
    const line = (key, name) => {
      const there = this.steps.map((step, k) => [this.at[k], step[key]]).filter(([, error]) => error > 0);
      const path = there.map(([t, error], i) => `${i ? "L" : "M"}${(WIDTH * t).toFixed(1)} ${(HEIGHT * height(error)).toFixed(2)}`);
      const dots = there.map(([t, error]) =>
        element("i", { class: `hg-dial-dot hg-dial-${name}`, style: `left:${100 * t}%;top:${100 * height(error)}%` }),
      );
      return [drawing("path", { class: `hg-line hg-dial-${name}`, d: path.join("") }), dots];
    };
    const [own, ownDots] = line("mse", "own");
    const [pca, pcaDots] = line("pca", "pca");
    const tick = (error, side) =>
      element("span", { class: "hg-dial-tick", style: `top:${100 * height(error)}%;${side}:3px` }, error.toPrecision(2));
    this.plot.append(
      ...this.zones(),
      drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" }, pca, own),
      ...pcaDots,
      ...ownDots,
      tick(Math.max(...errors), "right"), // Where the falling lines leave room.
      tick(Math.min(...errors), "left"),
      this.cursor,
    );
  }

  /** Where sizes are too small, right and too large: each reaches half way to the next. */
  zones() {
    const { steps, at } = this;
    const edge = (k) => (k <= 0 ? 0 : k >= at.length ? 1 : (at[k - 1] + at[k]) / 2);
    return ["too small", "right", "too large"].flatMap((verdict) => {
      const first = steps.findIndex((step) => step.verdict === verdict);
      if (first < 0) return [];
      const last = steps.findLastIndex((step) => step.verdict === verdict);
      const [from, to] = [edge(first), edge(last + 1)];
      const style = `left:${100 * from}%;width:${100 * (to - from)}%`;
      return element("span", { class: `hg-dial-zone hg-dial-${verdict.replace(" ", "-")}`, style }, element("span", {}, verdict));
    });
  }

  /** The dial stands at `t`, at the size `mark` or (-1) between two. */
  point(t, mark) {
    this.cursor.style.transform = `translateX(${100 * t}cqw)`;
    if (mark === this.marked) return;
    this.marked = mark;
    this.marks.forEach((button, k) => button.setAttribute("aria-current", String(k === mark)));
  }
}
