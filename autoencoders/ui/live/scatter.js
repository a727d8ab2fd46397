// The points: painted by ourselves, or by Plotly's WebGL scatter where they are very many.
//
// plotly.js is 4.8 MB, and while a browser reads it nothing else moves for a second: only a map on
// which it pays waits for it. Both draw out of sight and are copied onto the ground, see ground.js.
// While Plotly is busy with a new view, its last picture stands in, moved and stretched to where it
// belongs.
import { Dots, pointSize } from "./dots.js";

const MANY = 30_000; // Painting more than these takes longer than a frame.

let plotly = null;

/** Load plotly.js from its route, once for the whole page. */
function loadPlotly(url) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = null;
      script.remove();
      reject(new Error("plotly.js could not be loaded."));
    };
    document.head.append(script);
  });
  return plotly;
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl"));
  } catch {
    return false;
  }
}

const AXIS = { automargin: false, fixedrange: true, visible: false };

/** Points over the plane. `note` is a sentence for people whose browser lacks what it would take. */
export async function drawPoints({ place, plane, points, palette, plotlyUrl, onchange }) {
  const dots = new Dots({ plane, points, palette, onchange });
  if (points.count <= MANY) return dots;
  if (hasWebGL()) {
    try {
      const Plotly = await loadPlotly(plotlyUrl);
      const scatter = new PlotlyScatter({ Plotly, place, plane, points, palette, onchange });
      await scatter.draw();
      return scatter;
    } catch (error) {
      console.warn("The points are drawn without plotly.js:", error);
    }
  }
  dots.note = "This browser draws without WebGL, so the points are drawn more slowly.";
  return dots;
}

class PlotlyScatter {
  constructor(parts) {
    Object.assign(this, parts, { note: "" });
    const { plane, points } = parts;
    this.labels = points.labelsPresent();
    this.follow = () => this.schedule();
    plane.addEventListener("change", this.follow);
  }

  traces() {
    const { points, palette, plane } = this;
    const columns = new Map(this.labels.map((label) => [label, { x: [], y: [] }]));
    for (let i = 0; i < points.count; i++) {
      const column = columns.get(points.labels[i]);
      column.x.push(points.codes[2 * i]);
      column.y.push(points.codes[2 * i + 1]);
    }
    return this.labels.map((label) => ({
      type: "scattergl",
      mode: "markers",
      name: points.labelName(label),
      ...columns.get(label),
      hoverinfo: "skip",
      marker: {
        color: palette.color(label),
        size: pointSize(plane),
        opacity: 0.85,
        line: { width: 0 },
      },
      visible: !points.hidden.has(label),
    }));
  }

  layout() {
    const { plane } = this;
    const [x0, x1, y0, y1] = plane.extent;
    return {
      width: plane.width,
      height: plane.height,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: { ...AXIS, range: [x0, x1] },
      yaxis: { ...AXIS, range: [y0, y1] },
      showlegend: false,
      hovermode: false,
      dragmode: false,
    };
  }

  async draw() {
    const options = {
      displayModeBar: false,
      staticPlot: true,
      responsive: false,
      plotGlPixelRatio: devicePixelRatio || 1,
    };
    this.size = pointSize(this.plane);
    const view = this.plane.extent;
    await this.Plotly.newPlot(this.place, this.traces(), this.layout(), options);
    this.drawn = true;
    this.finish(view);
    this.schedule(); // The view may have moved while plotly.js was on its way.
  }

  /** Plotly has drawn `view`: what it drew goes onto the ground. */
  finish(view) {
    this.view = view;
    this.canvases = [...this.place.querySelectorAll(".gl-canvas-context, .gl-canvas-focus")];
    this.onchange();
  }

  drawOn(context, wide, high) {
    stretch(context, this.canvases, this.view, this.plane.extent, wide, high);
  }

  /** At most one redraw a frame, and never on the path of the picture. */
  schedule() {
    if (!this.drawn || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.update();
    });
  }

  async update() {
    const { plane, Plotly, place } = this;
    const view = plane.extent;
    const next = `${view}|${plane.width}|${plane.height}`;
    if (next !== this.last) {
      const change = { "xaxis.range": view.slice(0, 2), "yaxis.range": view.slice(2) };
      if (place.layout.width !== plane.width || place.layout.height !== plane.height) {
        Object.assign(change, { width: plane.width, height: plane.height });
      }
      this.last = next;
      await Plotly.relayout(place, change);
      this.finish(view);
    }
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.resize(), 160);
  }

  /** Larger points deeper down; only when the view rests, since it redraws every trace. */
  resize() {
    const size = pointSize(this.plane);
    if (Math.abs(size - this.size) < 0.4) return;
    this.size = size;
    this.restyle({ "marker.size": size });
  }

  async restyle(change) {
    if (!this.drawn) return;
    await this.Plotly.restyle(this.place, change);
    this.finish(this.view);
  }

  /** The points are told apart in another way. */
  async regroup() {
    this.labels = this.points.labelsPresent();
    if (!this.drawn) return;
    await this.Plotly.react(this.place, this.traces(), this.place.layout);
    this.finish(this.view);
  }

  filter() {
    return this.restyle({ visible: this.labels.map((label) => !this.points.hidden.has(label)) });
  }

  recolor() {
    return this.restyle({ "marker.color": this.labels.map((label) => this.palette.color(label)) });
  }

  close() {
    this.plane.removeEventListener("change", this.follow);
    cancelAnimationFrame(this.waiting);
    clearTimeout(this.settling);
    if (this.drawn) this.Plotly.purge(this.place);
  }
}

/** Draw canvases that hold `drawn` where they belong when `shown` fills wide x high pixels. */
function stretch(context, canvases, drawn, shown, wide, high) {
  const x = ((drawn[0] - shown[0]) / (shown[1] - shown[0])) * wide;
  const y = ((shown[3] - drawn[3]) / (shown[3] - shown[2])) * high;
  const w = ((drawn[1] - drawn[0]) / (shown[1] - shown[0])) * wide;
  const h = ((drawn[3] - drawn[2]) / (shown[3] - shown[2])) * high;
  for (const canvas of canvases) context.drawImage(canvas, x, y, w, h);
}
