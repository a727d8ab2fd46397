// Where the parts of the interpolation page stand.
import { element } from "./element.js";

/** Lay the page out in its root; returns its `main` part, and the `stage` around it. */
export function laidOut({ root, player, besides, even, films, lines, plane, modes, past, slots, status, square, bar }) {
  const main = element(
    "section",
    { class: "hg-card hg-morph-main", "aria-label": "The picture between" },
    element("div", { class: "hg-morph-screens" }, player.frame, besides.node),
    player.controls,
    element(
      "div",
      { class: "hg-row" },
      player.badge,
      element("label", { class: "hg-tick" }, even, "even steps of the picture"),
    ),
  );
  const stage = element(
    "div",
    { class: "hg-morph" },
    main,
    element(
      "section",
      { class: "hg-card hg-ways", "aria-label": "Ways to go" },
      element("header", {}, element("h2", {}, "Which way")),
      films.node,
    ),
    element(
      "section",
      { class: "hg-card hg-where", "aria-label": "Where the ways lead" },
      element("header", {}, element("h2", {}, "Where the ways lead")),
      lines.node,
      plane,
    ),
  );
  const chosen = element(
    "section",
    { class: "hg-card hg-chosen-row", "aria-label": "Chosen pictures" },
    element("header", {}, modes, element("span", { class: "hg-past" }, past.undo, past.redo)),
    slots.node,
    status,
  );
  root.append(element("div", { class: "hg-morph-top" }, chosen, bar.node), stage, square.node);
  return { main, stage };
}
