// Pins A and B: two states of a page, to go back to and to flick between.
import { element, iconButton } from "./element.js";

const LETTERS = ["A", "B"];
const TYPED = 'input[type="text"], input[type="search"], input:not([type]), textarea, select, [contenteditable="true"]';

/** Whether a key press means a letter to what has the focus. */
function typing(target) {
  return target instanceof Element && Boolean(target.closest(TYPED));
}

export class Flick {
  /**
   * `parts`: root, within which the keys count; capture() -> {state, picture, parts}: what is to come
   * back, plain JSON values, the canvas that shows it, and what a link holds of it, null while there
   * is nothing; recall(kept), with what capture() gave; onchange(pins), called with {A, B}, null where
   * nothing is pinned; portray(state), resolves to the picture of a pin that came with a link.
   */
  constructor(parts) {
    Object.assign(this, { onchange: () => {} }, parts);
    this.pins = { A: null, B: null };
    this.at = null;
    this.places = Object.fromEntries(LETTERS.map((letter) => [letter, this.place(letter)]));
    this.swap = iconButton("flick", "Flick between A and B (X)", () => this.flick(), {
      "data-testid": "flick",
      class: "hg-button hg-quiet",
    });
    this.node = element(
      "div",
      { class: "hg-flick", role: "group", "aria-label": "Pins A and B" },
      element("span", { class: "hg-faint", title: "Press A to remember what is shown; change it, press B; then flick" }, "Compare"),
      this.places.A.node,
      this.swap,
      this.places.B.node,
    );
    this.stop = new AbortController();
    addEventListener("keydown", (event) => this.root.isConnected && this.key(event), { signal: this.stop.signal });
    this.refresh();
  }

  place(letter) {
    const canvas = element("canvas", { class: "hg-flick-picture", width: 64, height: 64, "aria-hidden": "true" });
    const button = element(
      "button",
      {
        type: "button",
        class: "hg-button hg-flick-pin",
        "data-testid": `pin-${letter}`,
        onclick: () => this.press(letter),
        onkeydown: (event) => {
          if (!["Escape", "Delete", "Backspace"].includes(event.key) || !this.pins[letter]) return;
          event.stopPropagation();
          this.clear(letter);
        },
      },
      canvas,
      element("b", {}, letter),
    );
    const drop = iconButton("close", `Let go of ${letter}`, () => this.clear(letter), {
      class: "hg-button hg-tiny",
      "data-testid": `unpin-${letter}`,
    });
    return { node: element("span", { class: "hg-flick-place" }, button, drop), button, canvas, drop };
  }

  /** The first press remembers what is shown, later ones go back to it. */
  press(letter) {
    if (this.pins[letter]) this.go(letter);
    else this.keep(letter);
  }

  keep(letter) {
    const kept = this.capture();
    if (!kept) return;
    this.pins[letter] = { ...kept, state: JSON.stringify(kept.state) };
    this.draw(letter, kept.picture);
    this.at = letter;
    this.changed();
  }

  draw(letter, picture) {
    const { canvas } = this.places[letter];
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }

  /** What links hold of the pins that are set, by their letters. */
  get parts() {
    const set = LETTERS.filter((letter) => this.pins[letter]);
    return Object.fromEntries(set.map((letter) => [letter, this.pins[letter].parts]));
  }

  /** Set the pins of a link, {A: parts, ...}; `stateOf(parts)` is what comes back, null for nothing. */
  restore(pins, stateOf) {
    this.at = null;
    for (const letter of LETTERS) {
      const state = pins[letter] ? stateOf(pins[letter]) : null;
      this.pins[letter] = state && { state: JSON.stringify(state), parts: pins[letter] };
      const { canvas } = this.places[letter];
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      if (state) this.paint(letter, state);
    }
    this.changed();
  }

  /** Ask for the picture of a pin; without it, the letter has to do. */
  async paint(letter, state) {
    const pin = this.pins[letter];
    try {
      const picture = await this.portray(state);
      if (pin === this.pins[letter]) this.draw(letter, picture);
    } catch (error) {
      console.warn(`The picture of pin ${letter} is not known:`, error);
    }
  }

  go(letter) {
    const pin = this.pins[letter];
    this.at = letter;
    this.recall({ ...pin, state: JSON.parse(pin.state) });
    this.refresh();
  }

  flick() {
    const there = LETTERS.filter((letter) => this.pins[letter]);
    const next = there.find((letter) => letter !== this.at) ?? there[0];
    if (next) this.go(next);
  }

  clear(letter) {
    this.pins[letter] = null;
    if (this.at === letter) this.at = null;
    this.changed();
  }

  changed() {
    this.refresh();
    this.onchange(this.pins);
  }

  refresh() {
    for (const letter of LETTERS) {
      const { button, canvas, drop } = this.places[letter];
      const pinned = Boolean(this.pins[letter]);
      const name = pinned ? `Go back to ${letter} (key ${letter})` : `Remember this as ${letter} (key ${letter})`;
      button.title = name;
      button.setAttribute("aria-label", name);
      button.dataset.pinned = String(pinned);
      canvas.hidden = drop.hidden = !pinned;
      if (this.at === letter) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    this.swap.disabled = !LETTERS.some((letter) => this.pins[letter]);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toUpperCase();
    if (LETTERS.includes(key)) this.press(key);
    else if (key === "X") this.flick();
  }

  close() {
    this.stop.abort();
  }
}
