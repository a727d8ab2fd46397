// Entry of the HTML file that is taken away: a map with its points and sheet, and no server.
import { ColourBy } from "./choices.js";
import { element } from "./element.js";
import { Gestures } from "./gestures.js";
import { Ground } from "./ground.js";
import { Legend } from "./legend.js";
import { Markers } from "./markers.js";
import { unpack, unpackArrays } from "./packed.js";
import { Paint } from "./paint.js";
import { Palette } from "./palette.js";
import { Plane } from "./plane.js";
import { Points } from "./points.js";
import { Dots } from "./dots.js";
import { Sheet } from "./sheet.js";
import { StandaloneHands } from "./standalone_hands.js";
import { namesOf } from "./ticks.js";
import { Toolbar } from "./toolbar.js";
import { Viewer } from "./viewer.js";

const told = JSON.parse(document.getElementById("told").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
const root = document.getElementById("here");
const { extent } = told.model;
const points = (({ header, arrays }) => new Points(header, arrays, extent))(unpackArrays(bytes(told.points)));
const packed = unpack(bytes(told.sheet));
const sheet = await Sheet.open(packed.header, packed.payload);
const model = { name: told.model.name, image: sheet.header.tile };

const palette = new Palette(root);
palette.use(points.coloured);
const canvas = element("canvas", { class: "hg-ground", "aria-hidden": "true" });
const surface = element("div", {
  class: "hg-surface",
  "data-testid": "latent-map",
  tabindex: "0",
  role: "application",
  "aria-label": `Latent map of ${model.name}`,
});
const plane = new Plane(surface, extent);
const markers = new Markers(surface, plane);
const toolbar = new Toolbar(plane);
toolbar.onmode = (mode) => (surface.dataset.mode = mode);
for (const button of toolbar.buttons) button.hidden = ["lasso", "box"].includes(button.dataset.mode);
const viewer = new Viewer(model, {
  typed: (x, y) => hands.click(x, y),
  freed: () => hands.escape(),
  kept: () => {},
});
viewer.keep.hidden = true;
const near = element("p", { class: "hg-faint", "data-testid": "point-label" });
const hands = new StandaloneHands({ plane, markers, toolbar, viewer, points, near });
const paint = new Paint(plane, model.image, palette);
const ground = new Ground(canvas, plane, palette, paint);
const scatter = new Dots({ plane, points, palette, onchange: () => ground.schedule() });
ground.scatter = scatter;

function colour() {
  palette.use(points.coloured);
  ground.names = namesOf(points);
  scatter.stale = true;
  paint.colorBy(points);
  ground.schedule();
}
const legend = new Legend(palette, colour);
const colourBy = new ColourBy((k) => {
  points.choose(k);
  palette.use(points.coloured);
  legend.setPoints(points);
  colour();
});
for (const part of [legend, colourBy]) part.setPoints(points);
const fade = element("input", {
  type: "range",
  min: "0",
  max: "1",
  step: "0.01",
  value: String(ground.fade),
  "data-testid": "fade",
  "aria-label": "From points to paint",
  oninput: () => ground.setFade(Number(fade.value)),
});

const fading = element("label", { class: "hg-fade" }, element("span", {}, "points"), fade, element("span", {}, "paint"));
root.append(
  element(
    "div",
    { class: "hg-main" },
    element(
      "div",
      { class: "hg-pair" },
      viewer.node,
      element(
        "div",
        { class: "hg-map" },
        element("div", { class: "hg-stage" }, canvas, surface),
        toolbar.node,
        element("div", { class: "hg-under" }, fading, colourBy.node, legend.node),
      ),
    ),
    element("div", { class: "hg-side" }, near),
  ),
);
new Gestures(surface, plane, hands);
// The theme is the browser's: a changed colour announces itself as a tiny transition.
root.addEventListener("transitionrun", (event) => {
  if (event.target !== root || !palette.read()) return;
  legend.refresh();
  colour();
});
plane.measure();
viewer.use(sheet, ...told.code);
paint.use(sheet);
colour();
hands.at(...told.code);
document.body.dataset.ready = "true";
