// The model's own test pictures, a screenful at a time, to put into the tray.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";
import { tray } from "./tray.js";

const SHOWN = 32;

export class TestPictures {
  /** `parts`: model, routes, say(text) and onpick(item). */
  constructor(parts) {
    Object.assign(this, parts);
    this.pages = Math.max(Math.ceil(this.model.adding.count / SHOWN), 1);
    this.page = 0;
    this.count = element("span", { class: "hg-faint", role: "status" });
    const turn = (step, name, title) =>
      iconButton(name, title, () => this.turn(step), { class: "hg-button hg-quiet", "data-testid": `gallery-${name}` });
    this.grid = element("div", { class: "hg-grid", role: "group", "aria-label": "Test pictures to add" });
    this.node = element(
      "div",
      { class: "hg-test-pictures", hidden: true, "data-testid": "test-pictures" },
      element("div", { class: "hg-row" }, turn(-1, "left", "Test pictures before these"), this.count, turn(1, "right", "More test pictures")),
      this.grid,
    );
    this.mark = this.mark.bind(this);
    tray.addEventListener("change", this.mark);
  }

  async open() {
    this.node.hidden = false;
    await this.show();
    if (!this.node.hidden) this.node.scrollIntoView({ block: "nearest" });
  }

  shut() {
    this.node.hidden = true;
    this.asking?.abort();
  }

  turn(step) {
    this.page = (this.page + step + this.pages) % this.pages;
    return this.show();
  }

  /** Every page is spread over all of the pictures, so that none holds one kind only. */
  numbers() {
    const found = [];
    for (let i = this.page; i < this.model.adding.count; i += this.pages) found.push(i);
    return found;
  }

  async show() {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    this.count.textContent = `${this.page + 1} of ${this.pages}`;
    try {
      const numbers = this.numbers();
      const { arrays } = await this.routes.thumbnails(numbers, signal, this.model.adding.detail);
      if (signal.aborted) return;
      const { shape, data } = arrays.images;
      const size = shape[1] * shape[2] * shape[3];
      this.tiles = numbers.map((number, k) => this.tile(number, shape.slice(1), data, k * size));
      this.grid.replaceChildren(...this.tiles.map(({ button }) => button));
      this.mark();
    } catch (error) {
      if (error.name !== "AbortError") this.say(`The test pictures did not arrive: ${error.message}`);
    }
  }

  tile(number, shape, data, from) {
    const item = { kind: "point", model: this.model.name, number };
    const canvas = element("canvas");
    new PictureCanvas(canvas, shape).draw(data, from);
    const name = `test picture ${number}`;
    const properties = { type: "button", class: "hg-tile", title: name, "data-testid": "test-picture" };
    const button = element("button", { ...properties, onclick: () => this.choose(item) }, canvas);
    return { item, name, button };
  }

  async choose(item) {
    try {
      await this.onpick(item);
    } catch (error) {
      this.say(error.message);
    }
  }

  /** Those in the tray are marked. */
  mark() {
    for (const { item, name, button } of this.tiles ?? []) {
      const inside = tray.has(item);
      button.dataset.inside = String(inside);
      button.setAttribute("aria-label", `Use ${name}${inside ? ", which is in the tray" : ""}`);
    }
  }

  close() {
    this.asking?.abort();
    tray.removeEventListener("change", this.mark);
  }
}
