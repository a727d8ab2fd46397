// Entry: mounts one page for each component key and keeps it over reruns and page switches.
import { Explorer } from "./explorer.js";
import { greet, teach } from "./newcomer.js";
import { dressed } from "./stylesheet.js";

// The map is what most people open first; the other pages are fetched when they are opened.
const PAGES = {
  map: async () => Explorer,
  interpolate: async () => (await import("./morph.js")).Morph,
  attributes: async () => (await import("./attributes.js")).Attributes,
  restore: async () => (await import("./restore.js")).Restore,
  compare: async () => (await import("./compare.js")).Compare,
  generate: async () => (await import("./generate.js")).Generate,
  through: async () => (await import("./through.js")).Through,
  training: async () => (await import("./training.js")).Training,
  game: async () => (await import("./game.js")).Game,
};

const kept = new Map();

/**
 * Show the component inside `parent`. Called on first mount and again after every rerun: the same
 * model is left as it is, another one is built anew. Returns what is to run on unmount.
 */
export async function mount({ parent, data, base, setStateValue }) {
  await dressed("live.css");
  const id = [data.model.name, data.model.digest, data.model.against].join("/");
  let entry = kept.get(data.key);
  if (entry && (entry.id !== id || entry.base !== base)) {
    entry.page.close();
    entry = null;
  }
  const known = Boolean(entry);
  if (!entry) {
    const Page = await PAGES[data.page]();
    entry = { id, base, page: new Page(data, base) };
    teach(data.page, entry.page.root);
    kept.set(data.key, entry);
  }
  const { page } = entry;
  if (page.root.parentElement !== parent) {
    parent.replaceChildren(page.root);
    // A root has no theme before it stands in the page, and nothing tells that it has one then.
    page.themeMayHaveChanged?.();
    if (known) page.resized();
  }
  greet(data.page);
  // The map reports its pin and the rest of its scene, the other pages their scene.
  page.hear(data, data.page === "map" ? setStateValue : (scene) => setStateValue("scene", scene));
  return () => page.pause();
}
