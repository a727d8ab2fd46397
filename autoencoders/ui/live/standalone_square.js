// Entry of the HTML file that is taken away: a square between four pictures, and no server.
import { Sheet } from "./sheet.js";
import { Square } from "./square.js";

const told = JSON.parse(document.getElementById("told").textContent);
const bytes = Uint8Array.from(atob(told.payload), (letter) => letter.charCodeAt(0));
const square = new Square({ model: { image: told.sheet.tile }, onrest: () => {} });
square.node.hidden = false;
document.getElementById("here").append(square.node);
square.show(await Sheet.open(told.sheet, bytes));
square.seek(...told.at);
document.body.dataset.ready = "true";
