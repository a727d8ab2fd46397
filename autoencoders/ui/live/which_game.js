// "Which original": a blurred reconstruction, and four pictures one of which it is of.
import { captioned } from "./captioned.js";
import { element } from "./element.js";
import { NO_PCA } from "./find_game.js";
import { PictureCanvas } from "./sheet.js";

const LETTERS = ["A", "B", "C", "D"];

export class WhichGame {
  /** `parts` as FindGame's. */
  constructor(parts) {
    Object.assign(this, parts);
    const { model } = this;
    this.task = "Which picture is this reconstruction of?";
    this.rule = "100 points for the right one of the four.";
    this.how = "Click one of the four, or press its letter.";
    this.question = captioned("the reconstruction", model.image, { "data-testid": "game-target" });
    this.size = this.question.size;
    this.choices = LETTERS.map((letter, k) => this.choice(letter, k));
    this.board = element(
      "div",
      {
        class: "hg-which",
        onkeydown: (event) => {
          const k = LETTERS.indexOf(event.key.toUpperCase());
          if (k >= 0) this.guess(k);
        },
      },
      this.question.node,
      element("div", { class: "hg-choices", role: "group", "aria-label": "Four pictures" }, this.choices.map(({ button }) => button)),
    );
    this.pictures = [];
  }

  choice(letter, k) {
    const canvas = element("canvas", { class: "hg-picture" });
    const mark = element("span", { class: "hg-choice-mark" });
    const button = element(
      "button",
      { type: "button", class: "hg-choice hg-guess", "aria-label": `Picture ${letter}`, "data-testid": `choice-${k}`, onclick: () => this.guess(k) },
      canvas,
      element("b", { "aria-hidden": "true" }, letter),
      mark,
    );
    return { button, mark, picture: new PictureCanvas(canvas, this.model.image) };
  }

  setPoints() {}

  async load(arrays, header) {
    this.arrays = arrays;
    const others = `The originals are not on this disk: the four are reconstructions by ${header.source}, which keeps much more of them.`;
    this.note = [header.source && others, !arrays.pca && NO_PCA].filter(Boolean).join(" ");
  }

  start(i) {
    this.round = i;
    this.open = true;
    this.question.draw(this.arrays.pictures.data, i);
    this.choices.forEach(({ button, mark, picture }, k) => {
      picture.draw(this.arrays.choices.data, (4 * i + k) * this.size);
      button.disabled = false;
      delete button.dataset.verdict;
      mark.textContent = "";
    });
  }

  guess(k) {
    if (!this.open) return;
    this.open = false;
    const { arrays, round } = this;
    const truth = arrays.truth.data[round];
    const points = { you: k === truth ? 100 : 0, encoder: arrays.encoder.data[round] === truth ? 100 : 0 };
    if (arrays.pca) points.pca = arrays.pca.data[round] === truth ? 100 : 0;
    this.choices.forEach(({ button, mark }, j) => {
      button.disabled = true;
      if (j === truth) button.dataset.verdict = "right";
      else if (j === k) button.dataset.verdict = "wrong";
      const who = [j === k && "you", arrays.encoder.data[round] === j && "encoder", arrays.pca?.data[round] === j && "PCA"];
      mark.textContent = who.filter(Boolean).join(", ");
    });
    const said = [k === truth ? "Right: 100 points." : `No, it is ${LETTERS[truth]}: no points.`];
    const verdict = (name) => (points[name] ? "right" : "wrong");
    const pca = arrays.pca ? `, PCA ${verdict("pca")}` : "";
    said.push(`By the nearest code, the encoder is ${verdict("encoder")}${pca}.`);
    this.done(points, said.join(" "));
  }

  recolor() {}

  close() {}
}
