// Decodes sheets away from the main thread, so that no frame is lost while a fine one arrives.
import { nodesFromPixels, pixelsFromImage } from "./sheet.js";

self.onmessage = async ({ data: { id, header, bytes } }) => {
  let nodes = null;
  try {
    nodes = nodesFromPixels(await pixelsFromImage(bytes, header.mime), header);
  } catch (error) {
    console.warn("A sheet could not be decoded beside the page:", error);
  }
  self.postMessage({ id, nodes }, nodes ? [nodes.buffer] : []);
};
