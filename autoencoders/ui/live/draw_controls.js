// What the page "generate" is steered by: temperature, seed, the model beside; the grid's size.
import { element, iconButton } from "./element.js";

export const HOTTEST = 2; // As generate_routes.py has it.
const LARGEST_SEED = 2 ** 31 - 1;
const SIDES = [5, 25, 15]; // Of a grid: least, most, as the page opens.

export class DrawControls {
  /** `parts`: partners [{name}], past, onheat(temperature) while dragging, onstep(change), say(text). */
  constructor(parts) {
    Object.assign(this, parts);
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: String(HOTTEST),
      step: "0.01",
      value: "1",
      "aria-label": "Temperature",
      "data-testid": "temperature",
      oninput: () => this.onheat(Number(this.slider.value)),
      onchange: () => this.onstep({}),
    });
    this.reading = element("output", { class: "hg-reading-number", "data-testid": "temperature-now" }, "1.00");
    this.field = element("input", {
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Seed",
      "data-testid": "seed",
      onchange: () => this.typeSeed(),
    });
    this.choice = element(
      "select",
      { class: "hg-select", "aria-label": "Model beside it", "data-testid": "against", onchange: () => this.onstep({ against: this.choice.value }) },
      this.partners.map(({ name }) => element("option", { value: name }, name)),
    );
    this.node = this.arranged();
  }

  arranged() {
    const again = iconButton("dice", "Draw again: another seed", () => this.drawAgain(), { "data-testid": "again", class: "hg-button hg-primary" }, "Draw again");
    const untouched = element("span", { class: "hg-marks", "aria-hidden": "true" }, element("i", { style: `left:${100 / HOTTEST}%` }));
    const track = element("span", { class: "hg-track" }, this.slider, untouched);
    return element(
      "section",
      { class: "hg-card hg-draw-controls", "aria-label": "What is drawn" },
      element("label", { class: "hg-heat" }, element("span", {}, "temperature"), track, this.reading),
      element("label", { class: "hg-field" }, element("span", {}, "seed"), this.field),
      again,
      element("span", { class: "hg-past" }, this.past.undo, this.past.redo),
      element("label", { class: "hg-field", hidden: !this.partners.length }, element("span", {}, "beside"), this.choice),
    );
  }

  show({ seed, temperature, against }) {
    this.slider.value = String(temperature);
    this.read(temperature);
    this.field.value = String(seed);
    this.field.removeAttribute("aria-invalid");
    this.choice.value = against;
  }

  /** Write the temperature; on every frame. */
  read(temperature) {
    this.reading.textContent = temperature.toFixed(2);
  }

  drawAgain() {
    this.onstep({ seed: crypto.getRandomValues(new Uint16Array(1))[0] });
  }

  typeSeed() {
    const text = this.field.value.trim();
    if (/^\d+$/.test(text) && Number(text) <= LARGEST_SEED) return this.onstep({ seed: Number(text) });
    this.field.setAttribute("aria-invalid", "true");
    this.say(`A seed is a whole number from 0 to ${LARGEST_SEED.toLocaleString("en")}.`);
  }
}

export class GridControls {
  /** `onchange()` is called when a grid of another kind or size is wanted. */
  constructor(onchange) {
    const [least, most, first] = SIDES;
    const changed = () => {
      this.reading.textContent = `${this.side} × ${this.side}`;
      onchange();
    };
    this.slider = element("input", {
      type: "range",
      min: String(least),
      max: String(most),
      step: "1",
      value: String(first),
      "aria-label": "Pictures along each side of the grid",
      "data-testid": "grid-side",
      oninput: changed,
    });
    this.reading = element("output", { class: "hg-reading-number" }, `${first} × ${first}`);
    this.choice = element(
      "select",
      { class: "hg-select", "aria-label": "How the grid is laid", "data-testid": "grid-how", onchange: changed },
      element("option", { value: "even" }, "evenly over the map"),
      element("option", { value: "quantiles" }, "by the quantiles of what is drawn from"),
    );
    const words =
      "Every picture is the code at its place. By quantiles, each stands for as much of the prior as the next, as in Kingma and Welling (2014).";
    this.node = element(
      "section",
      { class: "hg-card hg-draw-controls", "aria-label": "Grid of the manifold", hidden: true },
      element("h2", {}, "Grid of the manifold"),
      element("label", { class: "hg-heat" }, element("span", {}, "pictures"), this.slider, this.reading),
      this.choice,
      element("p", { class: "hg-how" }, words),
    );
  }

  get side() {
    return Number(this.slider.value);
  }

  get how() {
    return this.choice.value;
  }
}
