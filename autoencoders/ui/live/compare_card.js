// What both models make of one picture, beside the original and PCA; or what one reads in the other.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

const MORE = 3; // So many times what two pictures differ by is drawn: most differ by little.
const shown = (error) => (error === null || error === undefined ? "" : error.toFixed(error < 0.001 ? 5 : 4));

export class CompareCard {
  /** `models`: what both halves are told. */
  constructor(models) {
    this.models = models;
    this.words = element("p", { "data-testid": "compare-words", role: "status" });
    this.row = element("div", { class: "hg-same-row", "data-testid": "same-picture" });
    this.node = element(
      "section",
      { class: "hg-card hg-same", "aria-label": "What each makes of it" },
      element("header", {}, element("h2", {}, "What each makes of it")),
      this.words,
      this.row,
    );
  }

  /** `images`: what one half draws of a place, and what the other makes of that. */
  reading(half, other, difference, images) {
    const size = images.length / 2;
    const apart = Uint8Array.from({ length: size }, (_, k) => Math.min(255, MORE * Math.abs(images[k] - images[size + k])));
    this.row.replaceChildren(
      this.figure("drawn", images, 0, `${half.letter} draws it`, ""),
      this.figure("redrawn", images, size, `${other.letter} redraws that`, ""),
      this.figure("apart", apart, 0, `where they differ, ×${MORE}`, ""),
    );
    this.words.textContent =
      `${half.model.name} draws this place; ${other.model.name} reads that picture and redraws it ` +
      `with an error of ${shown(difference)}.`;
  }

  picture(item, header, arrays) {
    const [one, two] = this.models;
    const [a, b] = header.errors;
    const size = arrays.images.data.length / 2;
    const name = header.name[0].toUpperCase() + header.name.slice(1);
    this.words.textContent = `${name}${better(one, two, a, b)}${header.notes.length ? ` ${header.notes.join(" ")}` : ""}`;
    const same = one.code_size === two.code_size;
    const figures = [
      arrays.original && this.figure("original", arrays.original.data, 0, "the picture", ""),
      this.figure("a", arrays.images.data, 0, `A ${one.name}`, shown(a)),
      this.figure("b", arrays.images.data, size, `B ${two.name}`, shown(b)),
    ];
    for (const [k, key] of ["pca-a", "pca-b"].entries()) {
      if (!arrays[key] || (k && same)) continue;
      const words = `PCA, ${this.models[k].code_size} numbers`;
      figures.push(this.figure(key, arrays[key].data, 0, words, shown(header.pca_errors[k])));
    }
    this.row.replaceChildren(...figures.filter(Boolean));
  }

  figure(key, data, offset, name, error) {
    const canvas = element("canvas", { class: "hg-thumb", role: "img", "aria-label": name, "data-testid": `same-${key}` });
    new PictureCanvas(canvas, this.models[0].image).draw(data, offset);
    const said = error ? element("b", { class: "hg-error" }, `error ${error}`) : null;
    return element("figure", {}, canvas, element("figcaption", {}, name, said));
  }
}

function better(one, two, a, b) {
  if (a === null || b === null) return ": how each model draws it.";
  const [close, far] = a <= b ? [one, two] : [two, one];
  const [least, most] = [Math.min(a, b), Math.max(a, b)];
  if (shown(least) === shown(most)) return `: both come equally close, with an error of ${shown(a)}.`;
  return `: ${close.name} comes closer, with an error of ${shown(least)} against ${shown(most)} of ${far.name}.`;
}

const ROWS = [
  ["Kind", ({ family }) => family ?? "not known"],
  ["Numbers in the code", ({ numbers }) => String(numbers)],
  ["Test error", ({ mse }) => shown(mse) || "not measured", "mse", -1],
  ["PCA’s, with as many numbers", ({ pca }) => shown(pca) || "not measured"],
  ["Labels told by 15 neighbours", ({ accuracy }) => percent(accuracy), "accuracy", 1],
  ["Parameters", ({ parameters }) => parameters?.toLocaleString("en") ?? "not known"],
];

function percent(share) {
  return share === null ? "not measured" : `${(100 * share).toFixed(1)}%`;
}

/** Kind, sizes and measures of both models; the better of two measures is bold. */
export function factsTable(models) {
  const cell = (facts, other, [, text, key, sign]) => {
    const wins = key && facts[key] !== null && other[key] !== null && sign * (facts[key] - other[key]) > 0;
    return element("td", wins ? { class: "hg-wins" } : {}, text(facts));
  };
  const [one, two] = models.map(({ facts }) => facts);
  const rows = ROWS.filter(([, , key]) => key !== "accuracy" || one.accuracy !== null || two.accuracy !== null);
  return element(
    "section",
    { class: "hg-card hg-differs", "aria-label": "What differs" },
    element("header", {}, element("h2", {}, "What differs")),
    element(
      "table",
      { "data-testid": "facts" },
      element(
        "thead",
        {},
        element("tr", {}, element("td", {}), ...models.map(({ name }, k) => element("th", { scope: "col" }, `${"AB"[k]} ${name}`))),
      ),
      element(
        "tbody",
        {},
        ...rows.map((row) => element("tr", {}, element("th", { scope: "row" }, row[0]), cell(one, two, row), cell(two, one, row))),
      ),
    ),
  );
}
