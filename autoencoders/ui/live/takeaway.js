// Files to take away: asked for when they are wanted, saved by the browser; and the scene's link.
import { element } from "./element.js";
import { addressOf } from "./address.js";

const KINDS = {
  png: "this picture, with its recipe (PNG)",
  strip: "filmstrip (PNG)",
  gif: "moving (GIF)",
  mp4: "moving (MP4)",
  html: "a live page that works without Hourglass (HTML)",
  csv: "codes (CSV)",
  parquet: "codes (Parquet)",
  npz: "codes (NPZ)",
};
export const STILL = ["png", "csv", "parquet", "npz"]; // Where nothing moves.

export class Takeaway {
  /**
   * `parts`: routes, asked() -> {what, ...}: "morph", "square", "edit" or "restoration",
   * and what the server is to be told about it, null before there is anything; `omits()`, one sentence on what a link leaves out;
   * `seen()`, parts of the scene that only the page knows: pins, view.
   */
  constructor(parts) {
    Object.assign(this, { omits: () => "", seen: () => ({}) }, parts);
    this.choice = element("select", {
      class: "hg-select",
      "aria-label": "What to save",
      "data-testid": "takeaway-kind",
      onchange: () => (this.picked = this.choice.value),
    });
    this.offer();
    this.node = element(
      "div",
      { class: "hg-takeaway", role: "group", "aria-label": "Take it with you" },
      this.choice,
      this.button("Save", "takeaway-save", () => this.save(this.choice.value)),
      this.button("Copy link", "takeaway-link", () => this.copyLink()),
      this.button("Copy as Python", "takeaway-python", () => this.copyPython()),
      (this.said = element("p", { class: "hg-note", role: "status", hidden: true, "data-testid": "takeaway-said" })),
    );
  }

  /** The node in a card of its own. */
  card(title) {
    return element("section", { class: "hg-card hg-keep", "aria-label": title }, element("h2", {}, title), this.node);
  }

  say(text) {
    this.said.textContent = text;
    this.said.hidden = !text;
  }

  /** Offer these kinds of files, the one that was picked before if it is among them. */
  offer(kinds = Object.keys(KINDS)) {
    if (kinds.join() === this.offered) return;
    this.offered = kinds.join();
    this.choice.replaceChildren(
      ...kinds.map((kind) => element("option", { value: kind, selected: kind === this.picked }, KINDS[kind])),
    );
  }

  button(text, testid, onclick) {
    const properties = { type: "button", class: "hg-button", "data-testid": testid, onclick };
    return element("button", properties, text);
  }

  async ask(kind) {
    const told = this.asked();
    if (!told) throw new Error("There is nothing to take yet: choose a picture first.");
    const { what, ...asked } = told;
    return this.routes.takeaway(what, kind, { ...asked, seen: this.seen() });
  }

  async save(kind) {
    this.say("Making the file …");
    try {
      await saveAnswer(await this.ask(kind));
      this.say("");
    } catch (error) {
      this.say(error.message);
    }
  }

  async copyLink() {
    try {
      const link = await (await this.ask("link")).json();
      await navigator.clipboard.writeText(addressOf(this.routes.base, link));
      this.say(["The link is on the clipboard.", link.left_out, this.omits()].filter(Boolean).join(" "));
    } catch (error) {
      this.say(sentenceOn(error));
    }
  }

  async copyPython() {
    try {
      const answer = await this.ask("python");
      await navigator.clipboard.writeText(await answer.text());
      this.say("The lines are on the clipboard: they draw this picture with the package alone.");
    } catch (error) {
      this.say(sentenceOn(error));
    }
  }
}

/** The picture that stands on a page, as a canvas draws it; `told` as `asked()` returns it. */
export async function pictureOf(routes, { what, ...asked }) {
  return createImageBitmap(await (await routes.takeaway(what, "png", asked)).blob());
}

/** Hand a file that the server made to the browser, which saves it. */
export async function saveAnswer(answer) {
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1];
  const address = URL.createObjectURL(await answer.blob());
  element("a", { href: address, download: name ?? "hourglass" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function sentenceOn(error) {
  return error.name === "NotAllowedError"
    ? "The browser refused the clipboard: allow it for this page, or save the picture with its recipe instead."
    : error.message;
}
