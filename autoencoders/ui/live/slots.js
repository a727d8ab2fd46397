// The pictures that were chosen, in their order: moved, taken out.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";

export class Slots {
  /** `onchange(items)` is called with the items in their new order. */
  constructor(model, looks, onchange) {
    Object.assign(this, { model, looks, onchange });
    this.node = element("div", { class: "hg-slots", role: "list", "data-testid": "slots" });
  }

  /** `letters`: what the pictures are called before their names, if they are. */
  show(items, letters) {
    this.items = items;
    this.node.replaceChildren(...items.map((item, i) => this.slot(item, i, letters[i])));
  }

  slot(item, i, letter) {
    const look = this.looks.at(item);
    const canvas = element("canvas", { class: "hg-thumb" });
    new PictureCanvas(canvas, this.model.image).draw(look.original ?? look.picture);
    const name = look.name || "picture";
    const move = (step, words) =>
      iconButton(step < 0 ? "left" : "right", `Move ${name} ${words}`, () => this.swap(i, i + step), {
        class: "hg-button hg-tiny",
        disabled: !(i + step in this.items),
      });
    return element(
      "figure",
      { class: "hg-slot", role: "listitem", "data-testid": "slot" },
      canvas,
      element("figcaption", {}, letter ? `${letter}: ${name}` : name),
      element(
        "span",
        { class: "hg-slot-tools" },
        move(-1, "to the left"),
        iconButton("close", `Take ${name} out`, () => this.drop(i), { class: "hg-button hg-tiny" }),
        move(1, "to the right"),
      ),
    );
  }

  swap(i, j) {
    const items = [...this.items];
    [items[i], items[j]] = [items[j], items[i]];
    this.onchange(items);
  }

  drop(i) {
    this.onchange(this.items.filter((_, k) => k !== i));
  }
}
