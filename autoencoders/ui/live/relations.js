// How directions stand to each other: angles, what one changes of the others, which are one.
import { element } from "./element.js";

const SHOWN = 3; // Pairs that cannot be told apart; the others on demand.

export class Relations {
  constructor() {
    this.alike = element("div", { class: "hg-alike", role: "status", "data-testid": "alike" });
    this.head = element("h2", {}, "What else it changes");
    this.words = element("p", { class: "hg-how" });
    this.table = element("div", { class: "hg-relations", "data-testid": "relations" });
    this.node = element(
      "section",
      { class: "hg-card hg-lab-relations", "aria-label": "How the directions stand to each other" },
      element("header", {}, this.head),
      this.words,
      this.table,
      this.alike,
    );
  }

  /** `measured`: {header, arrays} of the route; null while it is on its way. */
  setMeasured(directions, measured, note) {
    Object.assign(this, { directions, measured });
    const pairs = measured?.header.alike ?? [];
    const sentences = pairs.map(([i, j]) => element("p", {}, this.same(i, j)));
    const more = sentences.splice(SHOWN);
    this.alike.replaceChildren(
      ...(note ? [element("p", {}, note)] : []),
      ...sentences,
      ...(more.length ? [element("details", {}, element("summary", {}, `${more.length} more`), more)] : []),
    );
    this.alike.hidden = !note && !pairs.length;
    this.show(this.key);
  }

  angle(i, j) {
    return this.measured.arrays.angles.data[i * this.directions.length + j];
  }

  same(i, j) {
    const names = [i, j].map((k) => this.directions[k].title).join(" and ");
    const angle = this.angle(i, j);
    const opposite = angle > 90 ? ", one the opposite of the other" : "";
    return `${names}: these two cannot be told apart in this model (${Math.round(angle)}°${opposite}).`;
  }

  /** Show one direction's angles to the others and its effect on them. */
  show(key) {
    this.key = key;
    const at = this.directions?.findIndex((one) => one.key === key) ?? -1;
    this.node.hidden = at < 0 || !this.measured || this.directions.length < 2;
    if (this.node.hidden) return;
    const one = this.directions[at];
    this.head.textContent = `What else “${one.title}” changes`;
    this.words.textContent =
      "For strength 1: how far the others' scores move along, in distances between the groups, " +
      "and the angle to their directions; 90° is independent.";
    const effects = this.measured.arrays.effects.data;
    const others = this.directions.map((other, j) => ({
      other,
      angle: this.angle(at, j),
      effect: effects[at * this.directions.length + j],
    }));
    others.splice(at, 1);
    others.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
    this.table.replaceChildren(...others.map((each) => this.row(each)));
  }

  row({ other, angle, effect }) {
    const width = 50 * Math.min(Math.abs(effect), 2) / 2;
    const left = effect < 0 ? 50 - width : 50;
    return element(
      "div",
      { class: "hg-relation" },
      element("span", {}, other.title),
      element("span", { class: "hg-effect", "aria-hidden": "true" }, element("i", { style: `left:${left}%;width:${width}%` })),
      element("b", {}, `${effect > 0 ? "+" : ""}${effect.toFixed(2)}`),
      element("span", { class: "hg-faint" }, `${Math.round(angle)}°`),
    );
  }
}
