// A sheet of large pictures made small for the paint, which shows each only as large as a thumb.
import { Sheet } from "./sheet.js";

const LARGEST = 64; // Pixels of a painted picture's longer side: about the most a tile is shown at.

/** The sheet itself, or a copy whose pictures are means of squares of pixels, no side over `largest`. */
export function reduced(sheet, largest = LARGEST) {
  const { header, nodes, height, width, channels } = sheet;
  const by = Math.ceil(Math.max(height, width) / largest);
  if (by < 2) return sheet;
  const [rows, columns] = [Math.floor(height / by), Math.floor(width / by)];
  const size = rows * columns * channels;
  const count = nodes.length / sheet.size;
  const small = new Uint8Array(count * size);
  const line = new Float32Array(columns * channels);
  for (let node = 0, to = 0; node < count; node++) {
    for (let row = 0; row < rows; row++) {
      line.fill(0);
      for (let y = row * by; y < (row + 1) * by; y++) {
        let from = node * sheet.size + y * width * channels;
        for (let column = 0; column < columns; column++) {
          for (let x = 0; x < by; x++) {
            for (let c = 0; c < channels; c++) line[column * channels + c] += nodes[from++];
          }
        }
      }
      for (let k = 0; k < line.length; k++) small[to++] = Math.round(line[k] / (by * by));
    }
  }
  return new Sheet({ ...header, tile: [rows, columns, channels] }, small);
}
