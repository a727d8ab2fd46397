// The best games of this browser: kept for each game and model, never sent anywhere.
import { element } from "./element.js";

const KEEP = "hourglass-best";
const MOST = 10;
const LONGEST = 24; // Letters of a name.

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEEP) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {}; // Nothing kept, or nothing that can be read.
  }
}

const usable = (one) =>
  Boolean(one) && typeof one.name === "string" && Number.isFinite(one.points) && Number.isInteger(one.seed);

export class BestList {
  constructor() {
    this.memory = null; // Where the browser keeps nothing, the list lasts as long as the window.
    this.list = element("ol", { class: "hg-best-list", "data-testid": "best-list" });
    this.empty = element("p", { class: "hg-how" }, "No game yet. What is kept here stays in this browser.");
    this.clear = element(
      "button",
      { type: "button", class: "hg-button", "data-testid": "best-clear", onclick: () => this.forget() },
      "Clear the list",
    );
    this.head = element("h2", {}, "Best");
    this.node = element(
      "section",
      { class: "hg-card hg-best", "aria-label": "Best games" },
      element("header", {}, this.head, this.clear),
      this.empty,
      this.list,
    );
  }

  all() {
    return this.memory ?? read();
  }

  entries(key) {
    const found = this.all()[key];
    return Array.isArray(found) ? found.filter(usable).slice(0, MOST) : [];
  }

  /** Show the list of a game. */
  show(key, title) {
    this.key = key;
    this.head.textContent = `Best: ${title}`;
    const entries = this.entries(key);
    this.empty.hidden = entries.length > 0;
    this.clear.hidden = !entries.length;
    this.list.replaceChildren(
      ...entries.map(({ name, points, seed }) =>
        element("li", {}, element("b", {}, String(points)), ` ${name || "somebody"} `, element("span", { class: "hg-faint" }, `seed ${seed}`)),
      ),
    );
  }

  /** Whether so many points would be among the best. */
  wants(points) {
    const entries = this.entries(this.key);
    return points > 0 && (entries.length < MOST || points > entries.at(-1).points);
  }

  add(name, points, seed) {
    const entry = { name: name.trim().slice(0, LONGEST), points, seed };
    const entries = [...this.entries(this.key), entry].sort((a, b) => b.points - a.points).slice(0, MOST);
    this.keep({ ...this.all(), [this.key]: entries });
  }

  forget() {
    const { [this.key]: gone, ...others } = this.all();
    this.keep(others);
  }

  keep(all) {
    try {
      localStorage.setItem(KEEP, JSON.stringify(all));
      this.memory = null;
    } catch {
      this.memory = all;
    }
    this.show(this.key, this.head.textContent.replace("Best: ", ""));
  }
}
