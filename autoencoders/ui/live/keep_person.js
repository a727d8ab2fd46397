// "Keep the person": sliders for what the map and the model lose of one picture.
import { PERSON } from "./edit.js";
import { element } from "./element.js";

export class KeepPerson {
  /** `parts`: stacked, ongrab(), onperson(value), onshare(value), onrest(). */
  constructor(parts) {
    Object.assign(this, parts);
    this.person = this.slider(
      PERSON,
      "what two numbers lose",
      "The map keeps two numbers of a picture; this adds back the rest of its code.",
      (value) => this.onperson(value),
    );
    this.share = this.slider(
      "pixel-residual",
      "what the model does not draw",
      "The original minus what the model draws of it, added to every picture while you drag.",
      (value) => this.onshare(value),
    );
    this.none = element("p", { class: "hg-how", hidden: true }, "There is no original behind this picture, only its code: nothing in pixels to keep.");
    this.node = element(
      "section",
      { class: "hg-card hg-lab-person", "aria-label": "Keep the person" },
      element("header", {}, element("h2", {}, "Keep the person")),
      this.stacked ? this.person.node : null,
      this.share.node,
      this.none,
    );
  }

  slider(key, title, why, oninput) {
    const said = element("output", { class: "hg-knob-value" }, "0 %");
    const slider = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "any",
      "aria-label": title,
      "data-testid": `slider-${key}`,
      onpointerdown: () => key === PERSON && this.ongrab(key, "hold"),
      onfocus: () => key === PERSON && this.ongrab(key, "focus"),
      oninput: () => {
        said.textContent = percent(slider.value);
        oninput(Number(slider.value));
      },
      onchange: () => this.onrest(),
    });
    const node = element(
      "label",
      { class: "hg-knob", title: why },
      element("span", { class: "hg-knob-head" }, element("span", {}, title), said),
      slider,
    );
    const set = (value) => {
      slider.value = String(value);
      said.textContent = percent(value);
    };
    return { node, slider, set };
  }

  /** Show a state, and whether the picture has an original. */
  set({ person, share, original }) {
    this.person.set(person);
    this.share.set(original ? share : 0);
    this.share.slider.disabled = !original;
    this.none.hidden = original;
  }
}

function percent(value) {
  return `${Math.round(100 * value)} %`;
}
