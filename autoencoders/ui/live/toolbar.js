// The map's tools: what a plain drag does, and the view.
import { element, iconButton } from "./element.js";

const MODES = {
  probe: "Probe: move to decode, click to pin",
  pan: "Pan: drag the plane (or hold Space)",
  lasso: "Lasso: draw around points (or hold Shift)",
  box: "Box: drag a rectangle around points",
};

export class Toolbar {
  /** `edits`: buttons that take back and bring back. */
  constructor(plane, edits = []) {
    this.mode = "probe";
    this.buttons = Object.entries(MODES).map(([mode, title]) =>
      iconButton(mode, title, () => this.choose(mode), {
        "data-testid": `toolbar-${mode}`,
        "data-mode": mode,
      }),
    );
    const views = [
      ["zoom-in", "Zoom in (+)", () => plane.zoomMiddle(2)],
      ["zoom-out", "Zoom out (-)", () => plane.zoomMiddle(0.5)],
      ["reset", "Show everything (0, or double click)", () => plane.reset()],
    ].map(([name, title, run]) =>
      iconButton(name, title, run, { "data-testid": `toolbar-${name}` }),
    );
    this.node = element(
      "div",
      { class: "hg-toolbar", role: "toolbar", "aria-label": "Map tools" },
      ...this.buttons,
      element("span", { class: "hg-rule" }),
      ...views,
      edits.length ? element("span", { class: "hg-rule" }) : null,
      ...edits,
    );
    this.choose("probe");
  }

  choose(mode) {
    this.mode = mode;
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    this.onmode?.(mode);
  }
}
