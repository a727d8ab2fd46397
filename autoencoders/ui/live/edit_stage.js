// The large picture and several beside it: drawn from strips while dragged, exactly at rest.
import { element, iconButton } from "./element.js";
import { PictureCanvas } from "./sheet.js";

export class EditStage {
  /** `parts`: model, onothers() for another choice of several pictures. */
  constructor(parts) {
    Object.assign(this, parts);
    this.share = 0; // How much of the residual in pixels is added.
    this.canvas = this.screen("attributes", "Your picture, edited");
    this.picture = new PictureCanvas(this.canvas, this.model.image);
    this.mixed = new Float32Array(this.model.image.reduce((product, side) => product * side, 1));
    this.badge = element("span", { class: "hg-badge", "data-testid": "exact-badge" }, "waiting");
    this.name = element("h2", { "data-testid": "subject-name" });
    this.crowd = this.screen("several", "The same edit on eight other pictures");
    this.before = element(
      "button",
      {
        type: "button",
        class: "hg-button",
        "aria-pressed": "false",
        "data-testid": "before",
        onpointerdown: () => this.compare(true),
        onpointerup: () => this.compare(false),
        onpointerleave: () => this.compare(false),
        onkeydown: (event) => [" ", "Enter"].includes(event.key) && this.compare(true),
        onkeyup: () => this.compare(false),
        onblur: () => this.compare(false),
      },
      "Hold to see it unedited",
    );
    this.node = element(
      "section",
      { class: "hg-card hg-lab-stage", "aria-label": "The picture" },
      element(
        "header",
        {},
        this.name,
      ),
      element(
        "div",
        { class: "hg-lab-screens" },
        element("div", { class: "hg-frame" }, this.canvas),
        element(
          "div",
          { class: "hg-lab-several" },
          this.crowd,
          element(
            "div",
            { class: "hg-row" },
            element("span", { class: "hg-faint" }, "the same edit on eight others"),
            iconButton("dice", "Eight others", () => this.onothers(), {
              class: "hg-button hg-tiny",
              "data-testid": "others",
            }),
          ),
        ),
      ),
      element("div", { class: "hg-row" }, this.badge, this.before),
    );
  }

  screen(slot, label) {
    return element("canvas", {
      class: "hg-picture",
      "data-testid": "decoded-image",
      "data-slot": slot,
      "data-state": "empty",
      role: "img",
      "aria-label": label,
    });
  }

  /** Show another picture: its name, its unedited decoding, and its original where there is one. */
  use({ name, picture, original }) {
    this.name.textContent = name;
    this.unedited = picture;
    this.residual = null;
    if (original) this.residual = Float32Array.from(original, (value, k) => value - picture[k]);
    this.show(picture);
  }

  setShare(share) {
    this.share = share;
    if (this.shown) this.show(this.shown);
  }

  /**
   * Draw the large picture: what the model draws, `values`, and a share of what it lost; say which
   * base code it is.
   */
  show(values, code = null) {
    this.shown = values;
    if (code) this.canvas.dataset.z = JSON.stringify(code.map((x) => Math.round(x * 1e4) / 1e4));
    const { residual, share, mixed } = this;
    const drawn = this.comparing ? this.unedited : values;
    if (!residual || !share) return this.picture.draw(drawn);
    for (let k = 0; k < mixed.length; k++) mixed[k] = drawn[k] + share * residual[k];
    this.picture.draw(mixed);
  }

  /** What is shown now, to be shown again: values and base code. */
  snapshot() {
    return [this.shown.slice(), JSON.parse(this.canvas.dataset.z ?? "null")];
  }

  /** Draw the several, one mosaic [height, width, channels]. */
  showSeveral(values, shape) {
    if (this.crowdShape !== shape.join()) {
      this.crowdShape = shape.join();
      this.crowded = new PictureCanvas(this.crowd, shape);
      this.crowd.style.aspectRatio = `${shape[1]} / ${shape[0]}`;
    }
    this.crowded.draw(values);
  }

  compare(on) {
    if (on === Boolean(this.comparing) || !this.shown) return;
    this.comparing = on;
    this.before.setAttribute("aria-pressed", String(on));
    this.show(this.shown);
  }

  /** What is shown is no longer what is asked for, though nothing is drawn yet. */
  unsettle() {
    if (this.state === "exact") this.setState("blend", "live blend");
  }

  setState(state, text) {
    if (this.state === state && this.text === text) return;
    Object.assign(this, { state, text });
    for (const node of [this.canvas, this.crowd, this.badge]) node.dataset.state = state;
    this.badge.textContent = text;
  }
}
