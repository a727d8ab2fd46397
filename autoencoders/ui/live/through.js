// The page "through": not built yet.
import { element } from "./element.js";

export class Through {
  constructor(data, base) {
    Object.assign(this, { data, base });
    this.root = element("div", { class: "hg-root", "data-testid": "live-root", "data-ready": "true" });
  }

  hear() {}
  pause() {}
  resized() {}
  close() {}
}
