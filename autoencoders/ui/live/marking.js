// A gallery of test pictures to mark: those that show something, those that do not.
import { element } from "./element.js";
import { PictureCanvas, Sheet } from "./sheet.js";

const SIGNS = { yes: "✓", no: "✕" };
export const WORDS = { yes: "shows it", no: "does not" };

export class Marking {
  /** `parts`: routes, directions (stored ones), say(text), onchange(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.marks = new Map(); // number of a test picture -> "yes" or "no"
    this.tiles = new Map();
    this.brush = "yes";
    this.brushes = element("div", { class: "hg-modes", role: "radiogroup", "aria-label": "A click says that the picture" });
    this.order = element(
      "select",
      { class: "hg-select", "aria-label": "Order of the pictures", "data-testid": "gallery-order", onchange: () => this.load(0) },
      element("option", { value: "" }, "in any order"),
      ...this.directions.flatMap(({ name, title }) => [
        element("option", { value: JSON.stringify({ by: name }) }, `most “${title}” first`),
        element("option", { value: JSON.stringify({ by: name, least: true }) }, `least “${title}” first`),
      ]),
    );
    this.grid = element("div", {
      class: "hg-marks-grid",
      role: "group",
      "aria-label": "Test pictures; Y: shows it, N: does not, Delete: neither",
      "data-testid": "marking",
    });
    this.more = element("button", { type: "button", class: "hg-button", hidden: true, onclick: () => this.load(this.tiles.size) }, "More pictures");
    this.node = element(
      "div",
      { class: "hg-marking" },
      element("div", { class: "hg-row" }, element("span", {}, "A click says:"), this.brushes, element("span", { class: "hg-grow" }), this.order),
      this.grid,
      this.more,
    );
    this.refreshBrushes();
  }

  refreshBrushes() {
    this.brushes.replaceChildren(
      ...Object.entries(WORDS).map(([brush, words]) =>
        element(
          "button",
          {
            type: "button",
            class: "hg-button",
            role: "radio",
            "aria-checked": String(brush === this.brush),
            "data-testid": `brush-${brush}`,
            onclick: () => {
              this.brush = brush;
              this.refreshBrushes();
            },
          },
          `${SIGNS[brush]} ${words}`,
        ),
      ),
    );
  }

  async load(start) {
    const asked = { start, ...JSON.parse(this.order.value || "{}") };
    await this.fetch("attributes/gallery", asked, start > 0);
  }

  /** Twenty pictures known to have an attribute and twenty without it, marked. */
  loadExample(attribute) {
    return this.loadMarked("attributes/example", { attribute });
  }

  /** Two groups of test pictures, `yes` and `no` by their numbers, marked. */
  loadGroups({ yes, no }) {
    return this.loadMarked("attributes/groups", { yes, no });
  }

  /** Pictures of which the first ones show it; returns whether they came. */
  async loadMarked(path, asked) {
    const header = await this.fetch(path, asked, false);
    if (!header) return false;
    this.marks.clear();
    [...this.tiles.keys()].forEach((number, i) => this.marks.set(number, i < header.yes ? "yes" : "no"));
    for (const number of this.tiles.keys()) this.refresh(number);
    this.more.hidden = true;
    this.onchange();
    return true;
  }

  async fetch(path, asked, append) {
    const turn = (this.turn = {});
    try {
      const { header, arrays } = await this.routes.post(path, asked);
      const sheet = await Sheet.open(header.strip, arrays.sheet.data);
      if (turn !== this.turn) return null;
      if (!append) {
        this.tiles.clear();
        this.grid.replaceChildren();
      }
      arrays.numbers.data.forEach((number, i) => this.add(number, sheet, i));
      this.more.hidden = this.tiles.size >= header.total;
      return header;
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }

  add(number, sheet, i) {
    const canvas = element("canvas", { class: "hg-thumb" });
    new PictureCanvas(canvas, sheet.header.tile).draw(sheet.nodes, i * sheet.size);
    const tile = element(
      "button",
      {
        type: "button",
        class: "hg-mark-tile",
        "data-testid": "mark-tile",
        "data-number": number,
        onpointerdown: (event) => this.down(event, number),
        onpointerenter: (event) => event.buttons === 1 && this.painting && this.mark(number, this.painting),
        onclick: (event) => event.detail === 0 && this.toggle(number), // By key; a pointer was heard.
        onkeydown: (event) => this.key(event, number),
      },
      canvas,
      element("span", { class: "hg-mark-sign", "aria-hidden": "true" }),
    );
    this.tiles.set(number, tile);
    this.grid.append(tile);
    this.refresh(number);
  }

  /** A click marks, or takes the same mark off again; a drag goes on with what the click did. */
  down(event, number) {
    if (event.button !== 0) return;
    event.currentTarget.releasePointerCapture?.(event.pointerId);
    this.painting = this.toggle(number);
    addEventListener("pointerup", () => (this.painting = null), { once: true });
  }

  toggle(number) {
    const mark = this.marks.get(number) === this.brush ? "none" : this.brush;
    this.mark(number, mark);
    return mark;
  }

  key(event, number) {
    const mark = { y: "yes", n: "no", Delete: "none", Backspace: "none" }[event.key];
    if (!mark || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.mark(number, mark);
  }

  /** A picture stands on one side only: the other mark goes. */
  mark(number, mark) {
    const before = this.marks.get(number) ?? "none";
    if (before === mark) return;
    if (mark === "none") this.marks.delete(number);
    else this.marks.set(number, mark);
    this.refresh(number);
    if (before !== "none" && mark !== "none")
      this.say(`Test picture ${number} moved to “${WORDS[mark]}”: it stands on one side only.`);
    this.onchange();
  }

  refresh(number) {
    const mark = this.marks.get(number);
    const tile = this.tiles.get(number);
    tile.dataset.mark = mark ?? "none";
    tile.setAttribute("aria-label", `test picture ${number}${mark ? `, ${WORDS[mark]}` : ""}`);
    tile.lastChild.textContent = SIGNS[mark] ?? "";
  }

  clear() {
    const marked = [...this.marks.keys()];
    this.marks.clear();
    for (const number of marked) if (this.tiles.has(number)) this.refresh(number);
    this.onchange();
  }

  /** Numbers of the pictures on a side. */
  side(mark) {
    return [...this.marks].filter(([, other]) => other === mark).map(([number]) => number);
  }
}
