// The legend: a button a label, to hide and show its points or to see it alone.
import { element } from "./element.js";

export class Legend {
  /** `changed()` is called after `points.hidden` has changed. */
  constructor(palette, changed) {
    this.palette = palette;
    this.changed = changed;
    this.buttons = new Map();
    this.node = element("div", { class: "hg-legend", role: "group", "aria-label": "Labels shown" });
  }

  setPoints(points) {
    this.points = points;
    const counts = new Map();
    for (const label of points.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    this.buttons.clear();
    this.all = element(
      "button",
      {
        type: "button",
        class: "hg-chip hg-all",
        "data-testid": "legend-all",
        onclick: () => this.showAll(),
      },
      "All",
    );
    const chips = points.labelsPresent().map((label) => {
      const name = points.labelName(label);
      const chip = element(
        "button",
        {
          type: "button",
          class: "hg-chip",
          "data-testid": `legend-${name}`,
          title: `${name}: ${counts.get(label)} pictures. Click hides or shows it, double click shows it alone.`,
          onclick: (event) => (event.detail > 1 ? null : this.toggle(label)),
          ondblclick: () => this.only(label),
          onkeydown: (event) => {
            if (event.key.toLowerCase() !== "o") return;
            this.before = null;
            this.only(label);
          },
        },
        element("span", { class: "hg-swatch" }),
        element("span", {}, name),
      );
      this.buttons.set(label, chip);
      return chip;
    });
    const [low, high] = points.coloured.ends ?? [];
    const end = (text) => text && element("span", { class: "hg-faint" }, text);
    this.node.replaceChildren(...[end(low), ...chips, end(high), this.all].filter(Boolean));
    this.node.classList.toggle("hg-ramp", Boolean(low));
    this.refresh();
  }

  toggle(label) {
    const { hidden } = this.points;
    this.before = [...hidden]; // A double click begins with a click, which must leave no trace.
    if (!hidden.delete(label)) hidden.add(label);
    this.finish();
  }

  /** Show one label alone; the same again shows all. */
  only(label) {
    const { hidden } = this.points;
    if (this.before) {
      hidden.clear();
      for (const other of this.before) hidden.add(other);
    }
    const alone = !hidden.has(label) && hidden.size === this.buttons.size - 1;
    hidden.clear();
    if (!alone) for (const other of this.buttons.keys()) if (other !== label) hidden.add(other);
    this.finish();
  }

  showAll() {
    this.points.hidden.clear();
    this.finish();
  }

  finish() {
    this.refresh();
    this.changed();
  }

  refresh() {
    for (const [label, chip] of this.buttons) {
      const shown = !this.points.hidden.has(label);
      chip.setAttribute("aria-pressed", String(shown));
      chip.firstChild.style.background = this.palette.color(label);
    }
    if (this.all) this.all.disabled = this.points.hidden.size === 0;
  }
}
