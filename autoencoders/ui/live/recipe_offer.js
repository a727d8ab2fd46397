// A picture that carries its recipe was brought: its scene can be opened, or the picture used.
import { addressOf } from "./address.js";
import { element, iconButton } from "./element.js";

/**
 * Ask what is to be done with `file`. `scene`: {page, query, words}; `base`: of our routes;
 * `onplain()` uses the file as a plain picture. Returns a node that takes itself away.
 */
export function recipeOffer({ file, scene, base, onplain }) {
  const picture = URL.createObjectURL(file);
  const done = () => {
    URL.revokeObjectURL(picture);
    node.remove();
  };
  const plain = () => {
    done();
    onplain();
  };
  const href = addressOf(base, scene);
  const node = element(
    "section",
    { class: "hg-card hg-recipe", role: "alert", "aria-label": "A picture with its recipe", "data-testid": "recipe-offer" },
    element("img", { class: "hg-thumb", src: picture, alt: file.name || "the picture" }),
    element(
      "div",
      { class: "hg-recipe-words" },
      element("p", {}, element("b", {}, "This picture carries a scene: "), `${scene.words}.`),
      element(
        "div",
        { class: "hg-takeaway" },
        element("a", { class: "hg-button hg-primary", href, target: "_self", "data-testid": "recipe-open", onclick: (event) => follow(event, href, done) }, "Open the scene"),
        element("button", { type: "button", class: "hg-button", "data-testid": "recipe-plain", onclick: plain }, "Use it as a picture"),
      ),
    ),
    iconButton("close", "Leave it", done, { class: "hg-button hg-quiet" }),
  );
  return node;
}

/** Follow a link to the page that is open without loading it anew: its undo and its pictures stay. */
function follow(event, href, done) {
  const place = ({ pathname }) => pathname.replace(/\/$/, "");
  if (event.ctrlKey || event.metaKey || event.shiftKey || place(new URL(href)) !== place(location)) return;
  event.preventDefault();
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
  done();
}
