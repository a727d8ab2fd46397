// A picture with a caption below it.
import { element } from "./element.js";
import { PictureCanvas } from "./sheet.js";

/** `image`: height, width, channels of a canvas of its own, or null where `canvas` is given. */
export function captioned(text, image, properties = {}, canvas = element("canvas", { class: "hg-picture", role: "img", "aria-label": text, ...properties })) {
  const picture = image && new PictureCanvas(canvas, image);
  const size = image ? image[0] * image[1] * image[2] : 0;
  const caption = element("figcaption", {}, text);
  return {
    canvas,
    caption,
    node: element("figure", { class: "hg-captioned" }, canvas, caption),
    /** Draw picture `i` of `pictures`, one after the other. */
    draw: (pictures, i) => picture.draw(pictures, i * size),
    size,
  };
}
