// The points of a game, round by round: a person's, the encoder's and PCA's.
import { element } from "./element.js";

export const PLAYERS = { you: "you", encoder: "encoder", pca: "PCA" };

export class ScoreBoard {
  /** `players`, some of PLAYERS, may change from game to game. */
  constructor(rounds) {
    this.rounds = rounds;
    this.players = Object.keys(PLAYERS);
    this.node = element("table", { class: "hg-scores", "data-testid": "scores" });
  }

  /** `scores`: [{you, encoder, pca}] of the rounds that are over. */
  show(scores, current) {
    const names = this.players;
    const row = (label, cells, properties = {}) =>
      element("tr", properties, element("th", { scope: "row" }, label), cells.map((cell) => element("td", {}, cell)));
    this.node.replaceChildren(
      element("caption", { class: "hg-sr" }, "Points by round"),
      element("thead", {}, element("tr", {}, element("td", {}), names.map((name) => element("th", { scope: "col" }, PLAYERS[name])))),
      element(
        "tbody",
        {},
        Array.from({ length: this.rounds }, (_, i) =>
          row(
            `round ${i + 1}`,
            names.map((name) => (scores[i] && name in scores[i] ? String(scores[i][name]) : "·")),
            { "aria-current": i === current ? "step" : null },
          ),
        ),
      ),
      element("tfoot", {}, row("together", names.map((name) => String(this.total(scores, name))))),
    );
  }

  total(scores, name) {
    return scores.reduce((sum, one) => sum + (one[name] ?? 0), 0);
  }
}
