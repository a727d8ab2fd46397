// A small map with one trail on it, and the names of what lies where.
import { Lines } from "./lines.js";

const TRAIL = "straight"; // The one path; lines.js knows it by a name of its own.

export class Trail extends Lines {
  /** `landmarks`: [name, x, y] of each label, in the middle of its pictures. */
  constructor(palette, landmarks) {
    super(palette);
    this.landmarks = landmarks;
    this.choose(TRAIL);
  }

  /** `places`: (x, y) after (x, y); what was there before goes. */
  setTrail(places) {
    this.setPath(TRAIL, places);
  }

  draw() {
    super.draw();
    if (!this.toPixels) return;
    const context = this.canvas.getContext("2d");
    const { palette } = this;
    context.font = `650 13px ${palette.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4;
    for (const [name, x, y] of this.landmarks) {
      const [px, py] = this.toPixels(x, y);
      context.strokeStyle = palette.page;
      context.strokeText(name, px, py);
      context.fillStyle = palette.soft;
      context.fillText(name, px, py);
    }
  }
}
