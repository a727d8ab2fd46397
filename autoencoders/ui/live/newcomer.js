// Two sentences for a newcomer stand in the page's header: when they go, and how they come back.

const KEEP = "hourglass-known"; // The pages whose sentences this browser has done with.
const marks = document.documentElement.dataset; // The header's style sheet looks at these.

// What the sentences of each page tell a newcomer to do.
const DOING = {
  map: ".hg-surface",
  interpolate: "input[type=range], .hg-square",
  attributes: "input[type=range]",
  restore: "input[type=range], .hg-crop, .hg-chip-picture, .hg-neighbour, .hg-tile",
  compare: ".hg-surface, input[type=range]",
  generate: "input[type=range]",
  through: "input[type=range], .hg-glass-stage",
  training: "input[type=range], .hg-train",
  game: ".hg-surface, .hg-guess",
};

const known = new Set(read());
let open = null; // The page that is open.

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEEP));
    return Array.isArray(kept) ? kept.filter((page) => page in DOING) : [];
  } catch {
    return []; // Nothing kept, or a browser that keeps nothing: everybody is new.
  }
}

function keep() {
  try {
    localStorage.setItem(KEEP, JSON.stringify([...known]));
  } catch {
    // Then it is remembered for as long as this window.
  }
}

/** Show or hide; a page that is `leaving` keeps the room of its sentences until it is opened anew. */
function show(leaving = "") {
  marks.hourglassKnown = [...known].join(" ");
  marks.hourglassLeaving = leaving;
  document.querySelector(".hourglass-ask")?.setAttribute("aria-expanded", String(!known.has(open)));
}

function set(page, told, leaving) {
  if (told === known.has(page)) return;
  if (told) known.add(page);
  else known.delete(page);
  keep();
  show(leaving);
}

/** A page is open; called again after every rerun of the script. */
export function greet(page) {
  const same = page === open;
  open = page;
  show(same ? marks.hourglassLeaving : "");
}

/** Who has done on `page`, with its `root`, what the sentences tell about needs them no longer. */
export function teach(page, root) {
  let held = null;
  const at = (event) => event.target.closest?.(DOING[page]);
  const did = () => set(page, true, page);
  root.addEventListener("pointerdown", (event) => (held = at(event)), true);
  root.addEventListener("pointerup", () => held && did(), true);
  root.addEventListener("keyup", (event) => event.key.startsWith("Arrow") && at(event) && did(), true);
}

// The header belongs to Streamlit, which may write it anew: what is clicked is found by its class.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".hourglass-ask, .hourglass-close");
  if (!button) return;
  const closing = button.matches(".hourglass-close");
  set(open, closing || !known.has(open), "");
  if (closing) document.querySelector(".hourglass-ask")?.focus();
});
