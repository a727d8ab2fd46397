// The form of a small training: a few choices, each with a sentence on what it does.
import { element } from "./element.js";

export class TrainingForm {
  /** `choices` is what the server offers; `onstart(chosen)` trains. */
  constructor(choices, onstart) {
    Object.assign(this, { choices, onstart });
    this.fields = {};
    this.build();
    this.explain();
  }

  build() {
    const { data, families, sizes, start, bounds } = this.choices;
    this.status = element("p", { class: "hg-note hg-train-problem", role: "alert", "data-testid": "train-problem" });
    this.button = element(
      "button",
      { type: "submit", class: "hg-button hg-primary hg-train", "data-testid": "train-start" },
      "Train it",
    );
    const missing = data.filter(({ missing }) => missing);
    this.node = element(
      "form",
      {
        class: "hg-card hg-train-form",
        "aria-label": "Train a small model",
        novalidate: true,
        onsubmit: (event) => (event.preventDefault(), this.submit()),
      },
      element("header", {}, element("h2", {}, "Train one yourself")),
      this.select("data", "Pictures", data, start.data),
      missing.map(({ missing }) => element("p", { class: "hg-how", "data-testid": "train-missing" }, whole(missing))),
      this.select("family", "Kind of autoencoder", families, start.family),
      this.radios("code_size", "Numbers in the code", sizes, start.code_size),
      this.number("layers", "Layers on either side", bounds.layers, start.layers),
      element(
        "div",
        { class: "hg-train-pair" },
        this.number("epochs", "Epochs", bounds.epochs, start.epochs),
        this.number("pictures", "Pictures", bounds.pictures, start.pictures, 100),
      ),
      element(
        "details",
        { class: "hg-train-more" },
        element("summary", {}, "Learning rate and seed"),
        element(
          "div",
          { class: "hg-train-pair" },
          this.number("learning_rate", "Learning rate", [0, 1], start.learning_rate, "any"),
          this.number("seed", "Seed", bounds.seed, start.seed),
        ),
        element(
          "p",
          { class: "hg-how" },
          "A higher rate learns in larger steps, and fails where they are too large. The same seed gives the same run.",
        ),
      ),
      element("div", { class: "hg-row hg-train-go" }, this.button),
      (this.queue = element("p", { class: "hg-how" }, "One model trains at a time; when others train, yours waits its turn.")),
      this.status,
    );
  }

  select(name, label, options, chosen) {
    const field = element(
      "select",
      { class: "hg-select", "data-testid": `train-${name}`, onchange: () => this.explain(name) },
      options.map(({ value, title, missing }) =>
        element("option", { value, selected: value === chosen, disabled: Boolean(missing) }, title),
      ),
    );
    this.fields[name] = field;
    const said = (this[`${name}Said`] = element("span", { class: "hg-how" }));
    return element("label", { class: "hg-train-field" }, element("b", {}, label), field, said);
  }

  radios(name, label, values, chosen) {
    const field = (this.fields[name] = { value: String(chosen) });
    const group = element("span", { class: "hg-modes", role: "radiogroup", "aria-label": label });
    const choose = (value, focus = false) => {
      field.value = String(value);
      for (const button of group.children) {
        const is = button.textContent === field.value;
        button.setAttribute("aria-checked", String(is));
        button.tabIndex = is ? 0 : -1;
        if (is && focus) button.focus();
      }
      this.explain(name);
    };
    const key = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = values.indexOf(Number(field.value)) + step;
      choose(values[(at + values.length) % values.length], true);
    };
    group.append(
      ...values.map((value) =>
        element(
          "button",
          { type: "button", role: "radio", class: "hg-button", "data-testid": `train-${name}-${value}`, onclick: () => choose(value), onkeydown: key },
          String(value),
        ),
      ),
    );
    this[`${name}Said`] = element("span", { class: "hg-how" });
    const node = element("div", { class: "hg-train-field" }, element("b", {}, label), group, this[`${name}Said`]);
    choose(chosen);
    return node;
  }

  number(name, label, [least, most], chosen, step = 1) {
    const field = element("input", {
      type: "text",
      inputmode: step === "any" ? "decimal" : "numeric",
      autocomplete: "off",
      value: String(chosen),
      "data-testid": `train-${name}`,
    });
    this.fields[name] = field;
    const range = name === "seed" || step === "any" ? "" : ` (${least} to ${most.toLocaleString("en")})`;
    return element(
      "label",
      { class: "hg-train-field" },
      element("b", {}, label),
      field,
      range ? element("span", { class: "hg-how" }, range.trim().slice(1, -1)) : null,
    );
  }

  /** Say what is chosen; a kind of network brings a learning rate that suits it. */
  explain(changed) {
    const { data, families, meanings } = this.choices;
    const of = (list, name) => list.find(({ value }) => value === this.fields[name]?.value);
    const family = of(families, "family");
    if (!family || !this.dataSaid || !this.code_sizeSaid) return;
    this.dataSaid.textContent = of(data, "data").about;
    this.familySaid.textContent = family.about;
    this.code_sizeSaid.textContent = meanings[this.fields.code_size.value] ?? "";
    this.fields.layers && (this.fields.layers.disabled = family.value === "linear");
    if (changed === "family" && this.fields.learning_rate) this.fields.learning_rate.value = String(family.rate);
  }

  /** What stands in the form; what is no number goes as it is, for the server to say so. */
  get chosen() {
    const { data, family, ...numbers } = this.fields;
    const read = (field) => {
      const text = field.value.trim().replaceAll(",", field.inputMode === "decimal" ? "." : "");
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    };
    return {
      data: data.value,
      family: family.value,
      ...Object.fromEntries(Object.entries(numbers).map(([name, field]) => [name, read(field)])),
    };
  }

  async submit() {
    this.say("");
    this.busy(true);
    try {
      await this.onstart(this.chosen);
    } catch (error) {
      this.say(error.message);
    } finally {
      this.busy(false);
    }
  }

  say(text) {
    this.status.textContent = text;
  }

  /** While one trains there is no other. */
  busy(asking, active = this.active) {
    this.active = active;
    this.button.disabled = asking || active;
    this.button.textContent = active ? "Yours is under way" : "Train it";
  }
}

/** A sentence whose words are not broken at a hyphen: an option of a command is one word. */
function whole(text) {
  return text.split(" ").flatMap((word) => [element("span", { class: "hg-whole" }, word), " "]);
}
