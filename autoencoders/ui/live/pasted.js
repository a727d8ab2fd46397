// The result put back into the photo it came from, to look at and to keep.
import { element, iconButton } from "./element.js";

export class Pasted {
  /** `asked()` says of what; `say(text)` what went wrong. */
  constructor({ routes, say, asked }) {
    Object.assign(this, { routes, say, asked });
    this.button = iconButton(
      "pin",
      "Put the result back into your photo",
      () => this.make(),
      { "data-testid": "paste" },
      "Put it back into the photo",
    );
    this.image = element("img", { class: "hg-pasted-photo", alt: "Your photo with the result put back" });
    this.link = element(
      "a",
      { class: "hg-button", download: "restored.png", "data-testid": "pasted-save" },
      "Save the photo",
    );
    this.result = element(
      "figure",
      { hidden: true, "data-testid": "pasted" },
      this.image,
      element("figcaption", {}, "What the model draws, put in its place"),
      this.link,
    );
    this.node = element("div", { class: "hg-pasted", hidden: true }, this.button, this.result);
  }

  offer(there) {
    this.node.hidden = !there;
    if (!there) this.forget();
  }

  async make() {
    const turn = (this.turn = {});
    this.button.disabled = true;
    try {
      const blob = await (await this.routes.send("pasted", this.asked())).blob();
      if (turn !== this.turn) return;
      this.forget();
      this.url = URL.createObjectURL(blob);
      this.image.src = this.link.href = this.url;
      this.result.hidden = false;
    } catch (error) {
      if (turn === this.turn) this.say(error.message);
    } finally {
      this.button.disabled = false;
    }
  }

  /** What was put back is no longer what the page shows. */
  forget() {
    this.turn = null;
    this.result.hidden = true;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  close() {
    this.forget();
  }
}
