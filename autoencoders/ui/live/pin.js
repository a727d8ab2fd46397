// The pin: the one code that stays, that Python knows and that the address holds.

const TELL = 300; // Milliseconds before Python hears of a new pin.
const DIGITS = 6; // Significant digits it hears.

export class Pin {
  /** `parts`: shown, markers, viewer, plane. */
  constructor(parts) {
    Object.assign(this, parts);
    this.code = null;
    this.told = new Set();
    this.report = () => {};
  }

  /** Set, move or (null) free the pin; Python hears of it a moment later. */
  set(x, y, reveal = false) {
    this.stand(x, y, reveal);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), TELL);
  }

  stand(x, y, reveal) {
    this.code = x === null ? null : [x, y];
    this.markers.set("pin", x, y);
    this.viewer.free.hidden = !this.code;
    if (!this.code) return;
    if (reveal) this.plane.reveal(x, y);
    this.shown.at(x, y);
  }

  tell() {
    const code = this.code && this.code.map((value) => Number(value.toPrecision(DIGITS)));
    const text = JSON.stringify(code);
    if (text === this.toldLast) return;
    this.toldLast = text;
    this.told.add(text);
    this.report(code);
  }

  /**
   * A rerun of the script: take over a pin that Python set itself, not the echo of our own; whether
   * it did.
   */
  hear(code) {
    const text = JSON.stringify(code ?? null);
    if (text === this.heard) return false;
    this.heard = text;
    if (this.told.delete(text) || text === JSON.stringify(this.code)) return false;
    this.toldLast = text;
    clearTimeout(this.telling);
    if (code) this.stand(code[0], code[1], true);
    else this.stand(null);
    return true;
  }

  close() {
    clearTimeout(this.telling);
  }
}
