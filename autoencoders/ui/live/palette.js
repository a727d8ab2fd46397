// Colours, all of them the theme's: one a label, ink and paper. The ten below stand in where the
// theme names none. The ramps, for steps of a number, are ours: parts of viridis (van der Walt and
// Smith, 2015), from what stands out least from the page to what stands out most.

const LIGHT = [
  "#1f6fd0",
  "#c8500a",
  "#00857a",
  "#b3309a",
  "#7a6a00",
  "#5a3fc0",
  "#d02440",
  "#2f8a2f",
  "#8a5a3c",
  "#56657a",
];
const DARK = [
  "#6cb2ff",
  "#ff9a4d",
  "#2fd6c3",
  "#f58ae0",
  "#e8d44d",
  "#a891ff",
  "#ff6b7d",
  "#7fd86b",
  "#d3a27f",
  "#b3c0d1",
];

const RAMP_LIGHT = ["#35a383", "#23818e", "#31618c", "#443983", "#3b0a4e"];
const RAMP_DARK = ["#2e7f93", "#1fa088", "#5ec962", "#b5de2b", "#fdee8c"];

const PALE = 0.45; // Share of its colour that is left of an estimate's; the rest is paper.

function parse(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

export class Palette {
  constructor(root) {
    this.root = root;
    this.read();
  }

  /** Read the theme again; true if it changed. */
  read() {
    const style = getComputedStyle(this.root);
    const key = ["--hg-page", "--hg-ink", "--hg-accent", "--st-chart-categorical-colors"]
      .map((name) => style.getPropertyValue(name))
      .join();
    if (key === this.key) return false;
    this.key = key;
    // Not style.color: a theme announces itself by the beginning of that colour's transition.
    this.ink = parse(style.getPropertyValue("--hg-ink").trim() || style.color);
    this.paper = parse(style.getPropertyValue("--hg-page").trim() || "#ffffff");
    const bright = (c) => 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
    this.dark = bright(this.ink) > bright(this.paper);
    const mix = (share) =>
      this.ink.map((v, c) => Math.round(share * v + (1 - share) * this.paper[c]));
    const card = parse(style.getPropertyValue("--hg-card").trim() || "#f4f6fa");
    const ground = this.paper.map((v, c) => Math.round(0.55 * v + 0.45 * card[c]));
    this.faint = mix(0.5);
    this.ground = `rgb(${ground})`;
    this.soft = `rgb(${mix(0.68)})`;
    this.page = `rgb(${this.paper})`;
    this.accent = style.getPropertyValue("--hg-accent").trim() || "#1f6fd0";
    this.line = `rgba(${this.ink}, 0.18)`;
    this.rule = `rgba(${this.ink}, 0.08)`;
    this.font = style.fontFamily;
    const themed = style.getPropertyValue("--st-chart-categorical-colors").match(/#[0-9a-f]{6}/gi);
    this.colors = themed?.length >= 10 ? themed : this.dark ? DARK : LIGHT;
    this.values = this.colors.map(parse);
    this.ramp = this.dark ? RAMP_DARK : RAMP_LIGHT;
    this.rampValues = this.ramp.map(parse);
    this.root.dataset.theme = this.dark ? "dark" : "light";
    return true;
  }

  /** Labels mean these places among the colours from now on, and are pale where `faint` says so. */
  use({ tones, faint, ends }) {
    this.stepped = Boolean(ends);
    this.tones = tones;
    this.faints = faint;
  }

  color(label) {
    if (this.stepped) return this.ramp[this.place(label)];
    return this.faints?.[label] ? `rgb(${this.rgb(label)})` : this.colors[this.place(label)];
  }

  rgb(label) {
    if (this.stepped) return this.rampValues[this.place(label)];
    const value = this.values[this.place(label)];
    if (!this.faints?.[label]) return value;
    return value.map((v, c) => Math.round(PALE * v + (1 - PALE) * this.paper[c]));
  }

  place(label) {
    const count = this.stepped ? this.ramp.length : this.colors.length;
    const tone = this.tones?.[label] ?? label;
    return ((tone % count) + count) % count;
  }
}
