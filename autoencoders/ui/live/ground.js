// The ground of the map: paint, veil, points, thumbnails, ticks and label names, drawn together
// into one canvas.
//
// The browser has to put every layer of a page together again on every frame in which anything
// near it moves. One opaque canvas that changes only with the view keeps that work small, so that
// the decoded picture gets all the frames there are, even where the "graphics card" is software.
// For the same reason the round corners are painted: clipping by style doubles a frame's cost there.
import { drawNames, drawTicks } from "./ticks.js";

const RADIUS = 14;

export class Ground {
  constructor(canvas, plane, palette, paint) {
    Object.assign(this, { canvas, plane, palette, paint });
    this.context = canvas.getContext("2d", { alpha: false });
    this.scatter = null;
    this.names = [];
    this.fade = 0.42;
    paint.onchange = () => this.schedule();
    this.onfade = () => {};
    this.follow = () => this.schedule();
    plane.addEventListener("change", this.follow);
  }

  setFade(fade) {
    this.fade = fade;
    this.schedule();
    this.onfade();
  }

  /** At 0 only points, at 1 only paint; in the middle both are whole. */
  get paintStrength() {
    return Math.min(2 * this.fade, 1);
  }

  get pointStrength() {
    return Math.min(2 - 2 * this.fade, 1);
  }

  schedule() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const { plane, canvas, context, palette } = this;
    const scale = devicePixelRatio || 1;
    const wide = Math.round(plane.width * scale);
    const high = Math.round(plane.height * scale);
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    context.globalAlpha = 1;
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, wide, high);
    if (this.paintStrength > 0) {
      context.globalAlpha = this.paintStrength;
      this.paint.drawOn(context, wide, high);
    }
    this.veil?.drawOn(context, wide, high);
    if (this.scatter && this.pointStrength > 0) {
      context.globalAlpha = this.pointStrength;
      this.scatter.drawOn(context, wide, high);
    }
    context.globalAlpha = 1;
    context.save();
    context.scale(scale, scale);
    this.thumbnails?.drawOn(context, this.pointStrength);
    drawTicks(context, plane, palette, this.paint.highest === Infinity);
    drawNames(context, plane, palette, this.names, this.pointStrength);
    this.drawFrame();
    context.restore();
  }

  /** Corners in the page's colour and a hairline around. */
  drawFrame() {
    const { context, plane, palette } = this;
    const { width, height } = plane;
    context.beginPath();
    context.rect(0, 0, width, height);
    context.roundRect(0, 0, width, height, RADIUS);
    context.fillStyle = palette.page;
    context.fill("evenodd");
    context.beginPath();
    context.roundRect(0.5, 0.5, width - 1, height - 1, RADIUS - 0.5);
    context.lineWidth = 1;
    context.strokeStyle = palette.line;
    context.stroke();
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
    cancelAnimationFrame(this.waiting);
  }
}
