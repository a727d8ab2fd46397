// The large decoded picture: blended on every frame, exact at rest, with a badge that says which.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const DIGITS = 6; // Significant digits of a shown code.
const READABLE = 100; // Milliseconds between two changes of the numbers: faster, nobody reads them.

export class Viewer {
  /** `typed(x, y)`: a code was typed; `freed()`: the pin is let go; `kept()`: into the tray. */
  constructor(model, { typed, freed, kept }) {
    this.model = model;
    this.typed = typed;
    this.waiting = `waiting for the ${model.chart === "umap" ? "layout" : "first sheet"}`;
    this.canvas = element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": "map",
      "data-state": "empty",
      role: "img",
      "aria-label": "The decoded picture",
    });
    this.picture = new PictureCanvas(this.canvas, model.image);
    this.badge = element(
      "span",
      { class: "hg-badge", "data-testid": "exact-badge" },
      this.waiting,
    );
    this.x = this.input("x", "code-x");
    this.y = this.input("y", "code-y");
    this.y.label.hidden = model.chart === "line"; // How high a place is means nothing there.
    this.free = iconButton("pin", "Free the pin (Escape)", freed, {
      "data-testid": "free-pin",
      class: "hg-button hg-quiet hg-free",
      hidden: true,
    });
    this.keep = iconButton("tray", "Put this picture into the tray", kept, {
      "data-testid": "keep",
      class: "hg-button hg-quiet",
    });
    this.grain = iconButton("grain", "Show single pixels", () => this.toggleGrain(), {
      "data-testid": "grain",
      "aria-pressed": "false",
      class: "hg-button hg-quiet hg-grain",
    });
    this.node = element(
      "section",
      { class: "hg-viewer", "aria-label": "Decoded picture" },
      (this.frame = element("div", { class: "hg-frame" }, this.canvas)),
      element(
        "div",
        { class: "hg-reading" },
        this.badge,
        element("div", { class: "hg-code" }, this.x.label, this.y.label, this.free, this.keep, this.grain),
      ),
    );
    this.sheet = null;
    this.state = "empty";
    this.shownX = "";
    this.shownY = "";
    this.written = -READABLE;
  }

  input(name, testid) {
    const field = element("input", {
      type: "text",
      inputmode: "decimal",
      spellcheck: "false",
      autocomplete: "off",
      "data-testid": testid,
      "aria-label": `${(this.model.chart ?? "code") === "code" ? "Code" : "Place"}, ${name}`,
      onchange: () => this.type(),
      onkeydown: (event) => {
        event.stopPropagation();
        if (event.key === "Enter") this.type();
      },
    });
    return { field, label: element("label", {}, element("span", {}, name), field) };
  }

  /** Take both numbers as typed; what is no finite number is marked and not taken. */
  type() {
    const values = [this.x.field, this.y.field].map((field) => {
      const value = field.value.trim().replace(",", ".").replace("−", "-");
      const number = value === "" ? NaN : Number(value);
      if (Number.isFinite(number)) field.removeAttribute("aria-invalid");
      else field.setAttribute("aria-invalid", "true");
      return number;
    });
    if (values.every(Number.isFinite)) this.typed(values[0], values[1]);
    return values.every(Number.isFinite);
  }

  toggleGrain() {
    const on = this.canvas.classList.toggle("hg-pixels");
    this.grain.setAttribute("aria-pressed", String(on));
  }

  /** Blend and draw the picture at a code. This runs on every frame: nothing here may be slow. */
  blend(x, y) {
    this.writeCode(x, y);
    this.onplace?.(x, y);
    if (this.sheet) {
      this.picture.draw(this.sheet.blendAt(x, y));
      this.setState("blend");
    }
  }

  writeCode(x, y) {
    const shownX = x.toPrecision(DIGITS);
    const shownY = y.toPrecision(DIGITS);
    if (shownX === this.shownX && shownY === this.shownY) return;
    this.shownX = shownX;
    this.shownY = shownY;
    this.canvas.dataset.z = `[${Number(shownX)},${Number(shownY)}]`;
    // Writing into a field costs a layout and a repaint, more than the picture itself.
    const now = performance.now();
    if (now - this.written > READABLE) this.settle(now);
  }

  /** Bring the numbers up to date. */
  settle(now = performance.now()) {
    this.written = now;
    this.writeField(this.x.field, this.shownX);
    this.writeField(this.y.field, this.shownY);
  }

  /** The code as shown: what is asked for exactly. */
  code() {
    return [Number(this.shownX), Number(this.shownY)];
  }

  writeField(field, shown) {
    if (field === document.activeElement && document.hasFocus()) return;
    const text = shown.startsWith("-") ? shown.slice(0, 8) : shown.slice(0, 7);
    if (field.value !== text) field.value = text;
    if (field.hasAttribute("aria-invalid")) field.removeAttribute("aria-invalid");
  }

  setState(state, text = this.blendText) {
    if (state === this.state && text === this.text) return;
    this.state = state;
    this.text = text;
    this.canvas.dataset.state = state;
    this.badge.dataset.state = this.offline ? "offline" : state;
    this.badge.textContent = text;
  }

  /** Use a finer sheet; what is shown as a blend is drawn again from it. */
  use(sheet, x, y) {
    this.sheet = sheet;
    this.wordBlend();
    if (this.state !== "exact") this.blend(x, y);
  }

  setOffline(offline) {
    this.offline = offline;
    this.wordBlend();
    if (this.state === "blend") this.setState("blend");
  }

  wordBlend() {
    if (this.sheet?.word) this.blendText = this.sheet.word;
    else if (!this.sheet) this.blendText = this.waiting;
    else if (this.offline) this.blendText = "offline · live blend";
    else this.blendText = `live blend · ${this.sheet.header.cols}×${this.sheet.header.rows} sheet`;
  }

  /** Replace the blend by the exact picture (uint8 H * W * C). */
  exact(pixels, { milliseconds, device, precision }) {
    this.picture.draw(pixels);
    this.setState("exact", `exact · ${milliseconds.toFixed(1)} ms · ${device} · ${precision}`);
  }
}
