// Files to take away: asked for when they are wanted, saved by the browser.
import { element } from "./element.js";

const KINDS = {
  png: "this picture, with its recipe (PNG)",
  strip: "filmstrip (PNG)",
  gif: "moving (GIF)",
  mp4: "moving (MP4)",
  html: "a page that works without Hourglass (HTML)",
  csv: "codes (CSV)",
  parquet: "codes (Parquet)",
  npz: "codes (NPZ)",
};

export class Takeaway {
  /** `asked()` is what the server is to be told about the scene. */
  constructor(routes, asked, say) {
    Object.assign(this, { routes, asked, say });
    this.choice = element(
      "select",
      { class: "hg-select", "aria-label": "What to save", "data-testid": "takeaway-kind" },
      Object.entries(KINDS).map(([kind, words]) => element("option", { value: kind }, words)),
    );
    this.node = element(
      "div",
      { class: "hg-takeaway" },
      this.choice,
      this.button("Save", "takeaway-save", () => this.save(this.choice.value)),
      this.button("Copy as Python", "takeaway-python", () => this.copy()),
    );
  }

  button(text, testid, onclick) {
    const properties = { type: "button", class: "hg-button", "data-testid": testid, onclick };
    return element("button", properties, text);
  }

  async save(kind) {
    this.say("Making the file …");
    try {
      const answer = await this.routes.takeaway(kind, this.asked());
      const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1];
      const address = URL.createObjectURL(await answer.blob());
      element("a", { href: address, download: name ?? kind }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.say("");
    } catch (error) {
      this.say(error.message);
    }
  }

  async copy() {
    try {
      const answer = await this.routes.takeaway("python", this.asked());
      await navigator.clipboard.writeText(await answer.text());
      this.say("The lines are on the clipboard: they draw this picture with the package alone.");
    } catch (error) {
      this.say(error.message);
    }
  }
}
