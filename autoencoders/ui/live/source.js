// The picture that is worked on: where it comes from, its crop, and its way back into the photo.
import { Cropper } from "./crop.js";
import { element, iconButton } from "./element.js";
import { Pasted } from "./pasted.js";

export class Source {
  /**
   * `parts`: model, routes, say(text), status and drawing (nodes), tools (nodes), onmove(cropper),
   * oncrop(crop) and asked() for what is to be put back.
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { routes, say } = this;
    this.name = element("h2", { "data-testid": "source-name" }, "A picture");
    this.hint = element("p", { class: "hg-how" });
    this.cropper = new Cropper({
      onmove: () => this.onmove(this.cropper),
      onrest: ({ x, y, side, angle }) => this.oncrop({ x, y, side, angle }),
    });
    this.pasted = new Pasted({ routes, say, asked: () => this.asked() });
    this.back = iconButton(
      "reset",
      "Put the crop back where it was found",
      () => this.oncrop(null),
      { class: "hg-button hg-quiet", "data-testid": "crop-back", hidden: true },
      "As found",
    );
    this.node = element(
      "section",
      { class: "hg-card hg-source", "aria-label": "The picture" },
      element("header", {}, this.name, element("span", { class: "hg-grow" }), this.tools),
      this.status,
      this.drawing,
      this.cropper.node,
      element("div", { class: "hg-row" }, this.hint, this.back),
      this.pasted.node,
    );
  }

  /** Show an item as a model was given it: `crop` is its owner's, null the one that was found. */
  show(item, { name, placement }, crop) {
    const own = item.kind === "upload";
    const url = own ? this.routes.url(`private/${encodeURIComponent(item.id)}.original`) : null;
    this.name.textContent = name;
    this.name.title = name;
    if (!own) this.cropper.hide();
    else if (placement) this.cropper.show(url, placement);
    else this.cropper.showWhole(url);
    this.back.hidden = !crop;
    this.pasted.offer(own && Boolean(placement));
    this.hint.textContent = this.said(own, placement);
  }

  said(own, placement) {
    if (own && placement) return "Drag the square; its corner scales it, its knob turns it.";
    if (own) return "The ink is found and centred, so there is no crop to move.";
    return this.model.placed ? "With a photo of your own you can move the crop and put the result back." : "";
  }

  /** A drawing takes the picture's place. */
  showDrawing() {
    this.cropper.hide();
    this.back.hidden = true;
    this.pasted.offer(false);
    this.name.textContent = "Your drawing";
    this.hint.textContent = "Draw one digit; see on the map where it lands.";
  }

  close() {
    this.cropper.close();
    this.pasted.close();
  }
}
