// Build a direction of one's own: mark two groups of pictures, and it is another slider.
import { element, iconButton } from "./element.js";
import { takeGroups } from "./groups.js";
import { Marking, WORDS } from "./marking.js";
import { PictureCanvas } from "./sheet.js";

const LEAST = 5; // A side.
const SHOWN = 6; // Resamplings shown as pictures.

export class OwnDirection {
  /** `parts`: model, routes, directions, attributes (names), code(), onmade(directions), say(text). */
  constructor(parts) {
    Object.assign(this, parts);
    const { routes, directions } = this;
    this.status = element("p", { class: "hg-note", role: "status", "data-testid": "own-status" });
    const say = (text) => (this.status.textContent = text);
    this.marking = new Marking({ routes, directions, say, onchange: () => this.count() });
    this.name = element("input", {
      type: "text",
      maxlength: "40",
      value: "my direction",
      "aria-label": "Name of the direction",
      "data-testid": "own-name",
      onkeydown: (event) => event.key === "Enter" && this.build(),
    });
    this.button = element(
      "button",
      { type: "button", class: "hg-button hg-primary", "data-testid": "own-build", onclick: () => this.build() },
      "Find the direction",
    );
    this.counts = element("span", { "data-testid": "own-counts" });
    this.result = element("div", { class: "hg-own-result", "data-testid": "own-result", hidden: true });
    this.field = element("input", {
      type: "file",
      accept: ".npz",
      class: "hg-file",
      tabindex: "-1",
      "aria-label": "A saved direction",
      "data-testid": "own-file",
      onchange: () => {
        for (const file of this.field.files) this.open(file);
        this.field.value = "";
      },
    });
    this.node = element(
      "details",
      { class: "hg-card hg-own", "data-testid": "own", ontoggle: () => this.node.open && this.start() },
      element("summary", {}, element("h2", {}, "Build your own direction"), element("span", { class: "hg-faint" }, "from two groups of about twenty pictures")),
      element(
        "p",
        { class: "hg-how" },
        "Mark pictures that show something, and pictures that do not: wide eyes, a raised chin, whatever you can see. The direction from one group to the other becomes a slider.",
      ),
      element(
        "div",
        { class: "hg-row" },
        this.attributes.length ? this.examples() : null,
        iconButton("upload", "Open a saved direction (.npz)", () => this.field.click(), { "data-testid": "own-open" }, "Open a saved one"),
        this.field,
      ),
      this.marking.node,
      element("div", { class: "hg-row hg-own-make" }, this.counts, this.clearing(), element("span", { class: "hg-grow" }), this.name, this.button),
      this.status,
      this.result,
    );
    this.count();
  }

  examples() {
    const select = element(
      "select",
      {
        class: "hg-select",
        "aria-label": "Mark an example",
        "data-testid": "own-example",
        onchange: () => {
          if (select.value) this.exemplify(select.value);
          select.value = "";
        },
      },
      element("option", { value: "" }, "Mark an example for me …"),
      ...this.attributes.map(({ name, title }) => element("option", { value: name }, `twenty with “${title}”, twenty without`)),
    );
    return select;
  }

  clearing() {
    return element("button", { type: "button", class: "hg-button hg-quiet", onclick: () => this.marking.clear() }, "Clear");
  }

  start() {
    if (!this.marking.tiles.size && !this.marking.turn) this.marking.load(0);
  }

  async exemplify(attribute) {
    const { title } = this.attributes.find(({ name }) => name === attribute);
    this.name.value = `my ${title}`;
    await this.marking.loadExample(attribute);
  }

  /** Groups that were made on the map: marked here, and a direction at once. */
  async takeGroups() {
    const groups = takeGroups(this.model.name);
    if (!groups) return;
    this.node.open = true;
    this.name.value = "my groups";
    if (await this.marking.loadGroups(groups)) await this.build();
  }

  count() {
    const [yes, no] = ["yes", "no"].map((side) => this.marking.side(side).length);
    this.counts.textContent = `${yes} ${WORDS.yes} · ${no} ${WORDS.no}`;
    const missing = [
      [yes, "that show it"],
      [no, "that do not"],
    ].filter(([count]) => count < LEAST);
    this.wanted = missing
      .map(([count, words]) => `${LEAST - count} more ${words}`)
      .join(" and ");
    this.button.dataset.wanting = String(missing.length > 0);
  }

  async build() {
    if (this.wanted) {
      this.status.textContent = `A direction needs at least ${LEAST} pictures a side: mark ${this.wanted}.`;
      return;
    }
    this.status.textContent = "Looking for it …";
    const [yes, no] = ["yes", "no"].map((side) => this.marking.side(side));
    try {
      const { header, arrays } = await this.routes.post("attributes/directions", { name: this.name.value, yes, no });
      this.status.textContent = "";
      const made = { ...header.direction, vector: arrays.vector.data, axis: arrays.axis.data };
      this.onmade([made]);
      this.tell(made, header.spread, arrays);
    } catch (error) {
      this.status.textContent = error.message;
    }
  }

  /** What was found: how sure it is, what else it changes, and how it varies. */
  tell(made, spread, { draws, file }) {
    const others = Object.entries(made.effects).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    const also = others
      .slice(0, 3)
      .map(([name, effect]) => `${name.replaceAll("_", " ")} ${effect > 0 ? "+" : ""}${effect.toFixed(2)}`);
    const lines = [
      `“${made.name}”, from ${made.yes} and ${made.no} pictures: ${made.trust}${made.says ? " on pictures held out" : ""}. It is a slider now.`,
      spread === null
        ? "With fewer than ten pictures a side nothing can be said of how it would turn out with others."
        : `Found again from ${draws.shape[0]} random halves of the groups, it turns by ${Math.round(spread)}° (median): ${steady(spread)}.`,
      also.length ? `It also changes, for strength 1: ${also.join(", ")}.` : null,
    ];
    this.result.hidden = false;
    const parts = [
      ...lines.filter(Boolean).map((line) => element("p", {}, line)),
      draws.shape[0] ? element("p", {}, "Your picture at strength 1.5, from all that you marked and from halves of it:") : null,
      (this.films = element("div", { class: "hg-own-draws", "data-testid": "own-draws" })),
      iconButton("down", `Save ${made.name} as a file`, () => save(made.name, file.data), { "data-testid": "own-save" }, "Save as a file"),
    ];
    this.result.replaceChildren(...parts.filter(Boolean));
    if (draws.shape[0]) this.showDraws(made.vector, draws);
  }

  async showDraws(vector, { data, shape }) {
    const [count, size] = shape;
    const code = this.code();
    const moved = (by, from) => code.map((value, k) => value + 1.5 * by[from + k]);
    const some = Array.from({ length: Math.min(SHOWN, count) }, (_, i) => moved(data, i * size));
    try {
      const { arrays } = await this.routes.exact([moved(vector, 0), ...some]);
      const pixels = arrays.images.data.length / (some.length + 1);
      this.films.replaceChildren(
        ...[...Array(some.length + 1).keys()].map((i) => {
          const canvas = element("canvas", { class: "hg-thumb" });
          new PictureCanvas(canvas, this.model.image).draw(arrays.images.data, i * pixels);
          return element("figure", {}, canvas, element("figcaption", {}, i ? `half ${i}` : "all of them"));
        }),
      );
    } catch (error) {
      console.warn("The resampled directions could not be shown:", error);
    }
  }

  /** A file of directions that was chosen or dropped in. */
  async open(file) {
    this.node.open = true;
    this.status.textContent = `Reading ${file.name} …`;
    try {
      const path = `attributes/file?model=${encodeURIComponent(this.model.name)}`;
      const { header, arrays } = await this.routes.sendFile(path, file);
      const size = this.model.base_size;
      const row = ({ data }, i) => data.slice(i * size, (i + 1) * size);
      this.onmade(
        header.directions.map((one, i) => ({ ...one, vector: row(arrays.vectors, i), axis: row(arrays.axes, i) })),
      );
      const names = header.directions.map(({ name }) => `“${name}”`).join(", ");
      this.status.textContent = `${names} from ${file.name}: ${header.directions.length > 1 ? "sliders" : "a slider"} now.`;
    } catch (error) {
      this.status.textContent = error.message;
    }
  }
}

function steady(degrees) {
  if (degrees < 20) return "steady";
  if (degrees < 45) return "fairly steady";
  return "other pictures would give another direction";
}

function save(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = element("a", { href: url, download: `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.npz` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
