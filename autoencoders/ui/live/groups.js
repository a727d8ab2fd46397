// Two groups of points chosen on the map, from which the Attributes page makes a direction.
import { element, iconButton } from "./element.js";
import { openPage } from "./open_page.js";

const KEEP = "hourglass-groups"; // Where the Attributes page finds them.
const LEAST = 5; // A side, as there.
const MOST = 100; // A side: more make the direction no steadier, and each is drawn.
const SIDES = { yes: "shows it", no: "does not" };

/** Groups that were made on the map for a model, once; null where there are none. */
export function takeGroups(model) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEEP) ?? "null");
    if (kept?.model !== model) return null;
    sessionStorage.removeItem(KEEP);
    return kept;
  } catch {
    return null;
  }
}

/** At most `most` of `numbers`, taken evenly. */
export function evenly(numbers, most) {
  if (numbers.length <= most) return [...numbers];
  return Array.from({ length: most }, (_, k) => numbers[Math.floor((k * numbers.length) / most)]);
}

export class Groups {
  constructor(model) {
    this.model = model;
    this.chosen = [];
    this.sides = { yes: [], no: [] };
    this.count = element("b", { "data-testid": "chosen-count" });
    this.buttons = Object.entries(SIDES).map(([side, words]) =>
      element(
        "button",
        {
          type: "button",
          class: "hg-button",
          "data-testid": `group-${side}`,
          onclick: () => this.keep(side),
        },
        words,
      ),
    );
    this.asked = element("span", { class: "hg-row" }, this.count, element("span", {}, "These:"), ...this.buttons);
    this.has = element("span", { class: "hg-row", role: "status", "data-testid": "groups" });
    this.find = element(
      "button",
      { type: "button", class: "hg-button hg-primary", "data-testid": "group-direction", onclick: () => this.go() },
      "Find the direction",
    );
    this.node = element(
      "div",
      { class: "hg-groups", role: "group", "aria-label": "Two groups for a direction", hidden: true },
      this.asked,
      this.has,
      this.find,
      iconButton("close", "Forget the groups", () => this.forget(), { class: "hg-button hg-tiny" }),
    );
  }

  /** Points were chosen on the map, by their indices; none when the choice is cleared. */
  offer(indices) {
    this.chosen = [...indices];
    this.refresh();
  }

  /** The chosen points become a group; a point stands on one side only, the one said last. */
  keep(side) {
    const other = side === "yes" ? "no" : "yes";
    const chosen = new Set(this.chosen);
    const before = this.sides[other].length;
    this.sides[other] = this.sides[other].filter((number) => !chosen.has(number));
    this.moved = before - this.sides[other].length;
    this.sides[side] = this.chosen;
    this.chosen = [];
    this.refresh();
  }

  /** What is missing before there can be a direction; empty when nothing is. */
  wanting() {
    const [yes, no] = [this.sides.yes.length, this.sides.no.length];
    if (!yes || !no) return `Now choose points that ${yes ? "do not" : "do"} show it.`;
    const few = Math.min(yes, no);
    if (few < LEAST) return `A direction needs at least ${LEAST} points a side; one side has ${few}.`;
    return "";
  }

  refresh() {
    const { yes, no } = this.sides;
    const any = yes.length + no.length > 0;
    this.node.hidden = !any && !this.chosen.length;
    this.asked.hidden = !this.chosen.length;
    this.has.hidden = !any;
    const points = this.chosen.length === 1 ? "1 point" : `${this.chosen.length} points`;
    this.count.textContent = `${points} chosen.`;
    const wanting = any ? this.wanting() : "";
    this.find.hidden = !any || Boolean(wanting);
    const moved = this.moved ? ` ${this.moved} lay in both: they count for the last one.` : "";
    this.has.textContent = any
      ? `${yes.length} ${SIDES.yes} · ${no.length} ${SIDES.no}.${moved} ${this.chosen.length ? "" : wanting}`
      : "";
  }

  forget() {
    this.sides = { yes: [], no: [] };
    this.moved = 0;
    this.chosen = [];
    this.refresh();
    this.onforget?.();
  }

  go() {
    const [yes, no] = ["yes", "no"].map((side) => evenly(this.sides[side], MOST));
    sessionStorage.setItem(KEEP, JSON.stringify({ model: this.model.name, yes, no }));
    openPage("attributes", this.model.name);
  }
}
