// A slider for each direction: how far, how sure one can be of it, and where the picture stands.
import { SPAN } from "./edit.js";
import { element, iconButton } from "./element.js";

const STEP = 0.05; // Of an arrow key; Shift: ten times.
const MARGIN = 2.5; // Scores shown, from -MARGIN to MARGIN.

export class Sliders {
  /** `parts`: ongrab(key), oninput(key, value), onrest(key), onhold(key, held), ondrop(key). */
  constructor(parts) {
    Object.assign(this, parts);
    this.rows = new Map();
    this.node = element("div", { class: "hg-knobs", "data-testid": "sliders" });
  }

  /** Show sliders for these directions, in their order. */
  setDirections(directions) {
    this.rows = new Map(directions.map((one) => [one.key, this.row(one)]));
    const none = element("p", { class: "hg-how" }, "No directions yet: build one of your own below.");
    const rows = [...this.rows.values()].map(({ node }) => node);
    this.node.replaceChildren(...(rows.length ? rows : [none]));
  }

  row(one) {
    const { key, words, says } = one;
    const said = element("output", { class: "hg-knob-value" }, "0");
    const slider = this.slider(one, said);
    const dot = element("i", { class: "hg-score-dot" });
    const hold = element(
      "button",
      {
        type: "button",
        class: "hg-button hg-hold",
        "aria-pressed": "false",
        "aria-label": `Keep ${one.title} as it is while others move`,
        title: "Keep it as it is while others move",
        "data-testid": `hold-${key}`,
        onclick: () => this.onhold(key, hold.getAttribute("aria-pressed") !== "true"),
      },
      "keep",
    );
    const price = element("p", { class: "hg-price", hidden: true, "data-testid": `price-${key}` });
    const node = element(
      "div",
      {
        class: `hg-knob${says ? "" : " hg-unsure"}`,
        role: "group",
        "aria-label": one.title,
        "data-testid": `knob-${key}`,
        onpointerenter: (event) => event.buttons === 0 && this.ongrab(key, "hover"),
      },
      element(
        "div",
        { class: "hg-knob-head" },
        element("b", {}, one.title),
        element("span", { class: `hg-trust${says ? "" : " hg-doubt"}`, title: sure(one) }, one.trust),
        said,
        hold,
        one.own
          ? iconButton("close", `Remove ${one.title}`, () => this.ondrop(key), { class: "hg-button hg-tiny" })
          : null,
      ),
      slider,
      element(
        "div",
        { class: "hg-knob-ends" },
        element("span", {}, words[1]),
        element(
          "div",
          {
            class: "hg-score",
            title: `Where the picture stands; the marks are the averages without and with “${one.title}”`,
          },
          ...[-0.5, 0.5].map((mean) => element("i", { class: "hg-score-mark", style: `left:${place(mean)}%` })),
          dot,
        ),
        element("span", {}, words[0]),
      ),
      price,
    );
    return { node, slider, said, dot, hold, price };
  }

  slider({ key, title }, said) {
    const [low, high] = SPAN;
    const slider = element("input", {
      type: "range",
      min: low,
      max: high,
      step: "any",
      value: "0",
      "aria-label": `${title}, in distances between the groups`,
      "data-testid": `slider-${key}`,
      onpointerdown: () => this.ongrab(key, "hold"),
      onfocus: () => this.ongrab(key, "focus"),
      oninput: () => {
        said.textContent = text(Number(slider.value));
        fill(slider);
        this.oninput(key, Number(slider.value));
      },
      onchange: () => this.onrest(key),
      ondblclick: () => this.move(key, 0),
      onkeydown: (event) => this.key(event, key, Number(slider.value)),
    });
    return slider;
  }

  key(event, key, value) {
    const step = STEP * (event.shiftKey ? 10 : 1);
    const ways = {
      ArrowRight: value + step,
      ArrowUp: value + step,
      ArrowLeft: value - step,
      ArrowDown: value - step,
      Home: SPAN[0],
      End: SPAN[1],
      0: 0,
    };
    if (!(event.key in ways) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.move(key, Math.round(ways[event.key] * 1000) / 1000);
  }

  /** A person moved a slider otherwise than by dragging it. */
  move(key, value) {
    const kept = Math.min(Math.max(value, SPAN[0]), SPAN[1]);
    this.set(key, kept);
    this.oninput(key, kept);
    this.onrest(key);
  }

  /** Move a slider from outside: an undone step. */
  set(key, value) {
    const row = this.rows.get(key);
    if (!row) return;
    row.slider.value = String(value);
    fill(row.slider);
    row.said.textContent = text(value);
  }

  /** Where the picture now stands on each; runs on every frame. */
  setScores(scores) {
    for (const [key, score] of scores) {
      this.rows.get(key).dot.style.transform = `translateX(${place(score) - 50}cqw)`;
    }
  }

  setHeld(key, held, price) {
    const row = this.rows.get(key);
    row.hold.setAttribute("aria-pressed", String(held));
    row.price.textContent = price ?? "";
    row.price.hidden = !price;
  }
}

/** Fill a slider's track from 0 to where it stands; the thumb's middle keeps off the ends. */
function fill(slider) {
  const share = (Number(slider.value) - SPAN[0]) / (SPAN[1] - SPAN[0]);
  const at = `calc(8px + ${share} * (100% - 16px))`;
  slider.style.setProperty("--from", share < 0.5 ? at : "50%");
  slider.style.setProperty("--to", share < 0.5 ? "50%" : at);
}

/** A score's place on its scale, in percent. */
function place(score) {
  const inside = Math.min(Math.max(score, -MARGIN), MARGIN);
  return (100 * (inside + MARGIN)) / (2 * MARGIN);
}

function text(value) {
  const rounded = value.toFixed(2);
  return value > 0 ? `+${rounded}` : rounded.replace(/^-0\.00$/, "0.00");
}

function sure({ yes, no, area, says }) {
  const from = `Found from ${yes.toLocaleString()} pictures with it and ${no.toLocaleString()} without`;
  if (!area) return `${from}: too few to say how well it tells them apart.`;
  const [value, low, high] = area.map((share) => share.toFixed(2));
  const how = `${from}; on people held out it ranks ${value} of the pairs rightly (${low} to ${high})`;
  return says ? `${how}.` : `${how}, which may be chance.`;
}
