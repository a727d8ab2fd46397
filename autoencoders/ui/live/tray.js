// What a person has picked, on whatever page: kept for the window, seen by each page's own model.
import { atOnce } from "./at_once.js";
import { element, iconButton } from "./element.js";
import { recipeOffer } from "./recipe_offer.js";
import { PictureCanvas } from "./sheet.js";

const KEEP = "hourglass-tray"; // Where it outlives a reload: items say where pictures come from.
const MOST = 40;
const ACCEPT = "image/*,.heic,.heif";

/** One text for one item, whatever the order of its keys. */
export function keyOf(item) {
  return JSON.stringify(Object.entries(item).sort());
}

const whole = (number) => Number.isInteger(number) && number >= 0 && number < 2 ** 31;
const word = (text) => typeof text === "string" && text.length > 0 && text.length <= 200;
const USABLE = {
  upload: ({ id }) => word(id),
  drawn: ({ number }) => whole(number),
  point: ({ number, model }) => whole(number) && word(model),
  code: ({ code, model }) => Array.isArray(code) && code.length > 0 && code.every(Number.isFinite) && word(model),
};

/** Whether what was kept is an item: one that is none would spoil the answer for all others. */
function usable(item) {
  return Boolean(item && Object.hasOwn(USABLE, item.kind) && USABLE[item.kind](item));
}

class Tray extends EventTarget {
  constructor() {
    super();
    this.items = [];
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEEP) ?? "[]");
      if (Array.isArray(kept)) this.items = kept.filter(usable).slice(0, MOST);
    } catch {
      // Nothing kept, or nothing that can be read: an empty tray.
    }
  }

  has(item) {
    const key = keyOf(item);
    return this.items.some((other) => keyOf(other) === key);
  }

  add(item) {
    if (this.has(item)) return;
    this.items = [item, ...this.items].slice(0, MOST);
    this.changed();
  }

  remove(item) {
    const key = keyOf(item);
    this.items = this.items.filter((other) => keyOf(other) !== key);
    this.changed();
  }

  changed() {
    try {
      sessionStorage.setItem(KEEP, JSON.stringify(this.items));
    } catch {
      // A browser that stores nothing: the tray lasts as long as the window.
    }
    this.dispatchEvent(new Event("change"));
  }
}

/** The one tray of this window. */
export const tray = new Tray();

/** Looks of one model at items, asked for once each. */
export class Looks {
  constructor(routes) {
    this.routes = routes;
    this.known = new Map();
  }

  at(item) {
    return this.known.get(keyOf(item));
  }

  /** Ask about those of `items` that are not known yet; returns a look for each. */
  async of(items) {
    const unknown = items.filter((item) => !this.known.has(keyOf(item)));
    if (unknown.length) {
      const { header, arrays } = await this.routes.looks(unknown);
      unknown.forEach((item, i) => this.known.set(keyOf(item), oneLook(header, arrays, i)));
    }
    return items.map((item) => this.at(item));
  }
}

function oneLook(header, arrays, i) {
  const row = ({ shape, data }) => {
    const size = shape.slice(1).reduce((product, side) => product * side, 1);
    return data.slice(i * size, (i + 1) * size);
  };
  return {
    base: row(arrays.bases),
    code: row(arrays.codes),
    place: arrays.places ? row(arrays.places) : null,
    picture: row(arrays.pictures),
    original: header.original[i] ? row(arrays.originals) : null,
    name: header.names[i],
    notes: header.notes[i],
    problem: header.problems[i],
  };
}

/** The bar that shows the tray on a page, with pictures to begin with where it is empty. */
export class TrayBar {
  /** `parts`: model, routes, looks, onpick(item) and say(text); `offers`: pictures to begin with,
   *  and a button for people's own. A bar without them is hidden while it is empty. */
  constructor(parts) {
    Object.assign(this, { offers: true }, parts);
    this.starters = [];
    this.list = element("div", {
      class: "hg-tray-list",
      role: "group",
      "aria-label": "Pictures in the tray",
    });
    this.field = element("input", {
      type: "file",
      accept: ACCEPT,
      multiple: true,
      class: "hg-file",
      tabindex: "-1",
      "data-testid": "tray-input",
      "aria-label": "Your own pictures",
      onchange: () => {
        this.take([...this.field.files]);
        this.field.value = "";
      },
    });
    this.node = element(
      "section",
      { class: "hg-card hg-tray", "data-testid": "tray", "aria-label": "Tray" },
      element(
        "header",
        {},
        element("h3", {}, "Tray"),
        element("span", { class: "hg-faint" }, "click a picture to use it; it stays from page to page"),
        this.offers &&
          iconButton(
            "upload",
            "Add your own pictures",
            () => this.field.click(),
            { "data-testid": "tray-add" },
            "Add yours",
          ),
      ),
      this.list,
      (this.said = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "tray-said" })),
      this.field,
    );
    this.refresh = this.refresh.bind(this);
    tray.addEventListener("change", this.refresh);
  }

  async start() {
    try {
      this.starters = this.offers ? await this.routes.starters() : [];
      await this.looks.of([...tray.items, ...this.starters]);
    } catch (error) {
      this.say(`The tray could not be filled: ${error.message}`);
    }
    await this.refresh();
  }

  async refresh() {
    const mine = tray.items;
    if (!mine.length && !this.offers) return (this.node.hidden = true);
    const others = this.starters.filter((item) => !tray.has(item));
    try {
      await this.looks.of([...mine, ...others]);
    } catch (error) {
      return this.say(`The tray could not be filled: ${error.message}`);
    }
    if (this.closed) return;
    this.node.hidden = !this.offers && !mine.length;
    this.list.replaceChildren(
      ...mine.map((item) => this.chip(item, true)),
      ...(mine.length && others.length ? [element("i", { class: "hg-tray-rule" })] : []),
      ...others.map((item) => this.chip(item, false)),
    );
  }

  chip(item, own) {
    const look = this.looks.at(item);
    const canvas = element("canvas", { class: "hg-thumb" });
    new PictureCanvas(canvas, this.model.image).draw(look.picture);
    const button = element(
      "button",
      {
        type: "button",
        class: "hg-chip-picture",
        title: look.problem ?? look.name,
        "aria-label": look.problem ?? `Use ${look.name}`,
        "data-testid": "tray-item",
        "data-kind": item.kind,
        disabled: Boolean(look.problem),
        onclick: () => this.onpick(item),
      },
      canvas,
    );
    if (!own) return button;
    return element(
      "span",
      { class: "hg-tray-own" },
      button,
      iconButton("close", `Take ${look.name || "this"} out of the tray`, () => tray.remove(item), {
        class: "hg-button hg-tiny",
      }),
    );
  }

  /** Send people's own pictures; each that can be used is picked at once. */
  async take(files, plain = false) {
    const { taken, sentence } = atOnce(files);
    for (const file of taken) {
      const name = file.name || "the picture";
      this.say(`Reading ${name} …`);
      try {
        const { id, message, far, scene, recipe } = await this.routes.upload(file, plain);
        if (scene) {
          this.say("");
          this.ask(file, scene);
          continue;
        }
        const item = { kind: "upload", id };
        await this.looks.of([item]);
        tray.add(item);
        this.onpick(item);
        this.say(far ? message : "");
        this.tell(recipe ?? "");
      } catch (error) {
        this.say(error.message);
      }
    }
    if (sentence) this.tell(sentence);
  }

  /** Say what stays said, whatever the page has to say about the picture. */
  tell(text) {
    this.said.textContent = text;
    this.said.hidden = !text;
  }

  /** Ask what is to be done with a picture that carries a scene. */
  ask(file, scene) {
    const onplain = () => this.take([file], true);
    this.node.before(recipeOffer({ file, scene, base: this.routes.base, onplain }));
  }

  /** Take what is dropped on a page. */
  feel(root) {
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => {
      const files = [...event.dataTransfer.files];
      if (!files.length) return;
      event.preventDefault();
      this.take(files);
    });
  }

  close() {
    this.closed = true;
    tray.removeEventListener("change", this.refresh);
  }
}
