// Entry of the HTML file that is taken away: one strip under a slider, and no server.
import { Player } from "./player.js";
import { Sheet } from "./sheet.js";

const told = JSON.parse(document.getElementById("told").textContent);
const bytes = Uint8Array.from(atob(told.payload), (letter) => letter.charCodeAt(0));
const player = new Player({
  slot: "morph",
  image: told.strip.tile,
  label: "From picture to picture",
  codeAt: (t) => `[${t.toFixed(4)}]`,
  onmove: () => {},
});
document.getElementById("here").append(player.frame, player.controls, player.badge);
player.use(await Sheet.open(told.strip, bytes), told.stops);
player.goTo(told.at);
document.body.dataset.ready = "true";
