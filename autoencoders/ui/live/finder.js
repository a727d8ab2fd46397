// Ways to a point: by its index, or by surprise.
import { element, iconButton } from "./element.js";

export class Finder {
  /** `go(i)` is called with the position of the point found. */
  constructor(go) {
    this.go = go;
    this.field = element("input", {
      type: "text",
      inputmode: "numeric",
      placeholder: "picture no.",
      "aria-label": "Jump to a test picture by its index",
      "data-testid": "jump",
      onkeydown: (event) => {
        event.stopPropagation();
        if (event.key === "Enter") this.jump();
      },
    });
    this.note = element("p", { class: "hg-problem", role: "status", hidden: true });
    this.node = element(
      "div",
      { class: "hg-finder" },
      element(
        "div",
        { class: "hg-row" },
        element(
          "span",
          { class: "hg-join" },
          this.field,
          element(
            "button",
            { type: "button", class: "hg-button", onclick: () => this.jump() },
            "Jump",
          ),
        ),
        iconButton(
          "dice",
          "Show any test picture",
          () => this.surprise(),
          { "data-testid": "surprise" },
          "Surprise me",
        ),
      ),
      this.note,
    );
  }

  setPoints(points) {
    this.points = points;
    this.where = new Map();
    points.ids.forEach((id, i) => this.where.set(id, i));
  }

  jump() {
    if (!this.points) return;
    const text = this.field.value.trim().replace(/^#/, "");
    const index = /^\d+$/.test(text) ? this.where.get(Number(text)) : undefined;
    const { ids } = this.points;
    this.say(
      index === undefined
        ? `There is no test picture “${text}”; indices run from ${ids[0]} to ${ids[ids.length - 1]}.`
        : "",
    );
    if (index !== undefined) this.go(index);
  }

  surprise() {
    if (!this.points) return;
    const shown = [];
    for (let i = 0; i < this.points.count; i++) if (this.points.visible(i)) shown.push(i);
    this.say(shown.length ? "" : "Every label is hidden; show one in the legend first.");
    if (shown.length) this.go(shown[Math.floor(Math.random() * shown.length)]);
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}
