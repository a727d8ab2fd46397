// What the map shows: which attribute colours its points, and averages or individuals.
import { element } from "./element.js";

/** A list of everything the points can be coloured by; absent where there is only one. */
export class ColourBy {
  /** `chosen(k)` is called with the place of a colouring in `points.colourings`. */
  constructor(chosen) {
    this.chosen = chosen;
    this.list = element("select", {
      class: "hg-button",
      "data-testid": "colour-by",
      onchange: () => chosen(this.list.selectedIndex),
    });
    this.node = element(
      "label",
      { class: "hg-colour-by", hidden: true },
      element("span", {}, "Colour by"),
      this.list,
    );
  }

  setPoints({ colourings }) {
    this.list.replaceChildren(...colourings.map(({ title }) => element("option", {}, title)));
    this.node.hidden = colourings.length < 2;
  }

  /** The colouring chosen, by its title; "" for the one to begin with. */
  get title() {
    return this.list.selectedIndex > 0 ? this.list.value : "";
  }

  /** Choose a colouring by its title ("" for the first); false where there is none of that name. */
  choose(title) {
    const titles = [...this.list.options].map(({ text }) => text);
    const k = title ? titles.indexOf(title) : 0;
    if (k < 0) return false;
    if (k !== this.list.selectedIndex) {
      this.list.selectedIndex = k;
      this.chosen(k);
    }
    return true;
  }
}

/** From the average of a place to the individuals around it. */
export class Detail {
  /**
   * `chosen(detail)` is called with 0 (average) to 1 (individuals) while the slider moves, `rested()`
   * when it is let go.
   */
  constructor(detail, chosen, rested) {
    this.chosen = chosen;
    this.slider = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "0.25",
      value: String(detail),
      "data-testid": "detail",
      "aria-label": "From averages to individuals",
      oninput: () => chosen(this.value),
      onchange: rested,
    });
    this.node = element(
      "label",
      { class: "hg-fade" },
      element("span", {}, "average"),
      this.slider,
      element("span", {}, "individuals"),
    );
  }

  get value() {
    return Number(this.slider.value);
  }

  set(detail) {
    this.slider.value = String(detail);
    this.chosen(this.value);
  }
}
