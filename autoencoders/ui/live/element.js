// Elements built from a tag, properties and children.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") node.style.cssText = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element: attributes by name, listeners as `onclick` and so on. */
export function element(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** An SVG element. */
export function drawing(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

const PATHS = {
  probe: "M12 3v4M12 17v4M3 12h4M17 12h4M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  pan: "M12 3v18M3 12h18M12 3l-2.5 2.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5",
  lasso:
    "M12 4c5 0 8.5 2.3 8.5 5.5S17 15 12 15s-8.500-2.300-8.500-5.500S7 4 12 4zM7.500 14.300c-1.800 1-2 2.700-.5 3.500 1.300.7 2 1.600 1.200 3.200",
  box: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M11 4h2M11 20h2M4 11v2M20 11v2",
  "zoom-in":
    "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.300 15.300 20 20M10.500 7.500v6M7.500 10.500h6",
  "zoom-out":
    "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.300 15.300 20 20M7.500 10.500h6",
  reset: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M9.500 9.500h5v5h-5z",
  play: "M8 5.500v13l10.500-6.500z",
  pause: "M8.500 5.500v13M15.500 5.500v13",
  dice: "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8.500 8.500h.01M15.500 8.500h.01M12 12h.01M8.500 15.500h.01M15.500 15.500h.01",
  upload: "M12 16V5M7.500 9 12 4.500 16.500 9M4.500 15.500v4h15v-4",
  down: "M12 4.500v11M7.500 11l4.500 4.500L16.500 11M4.500 19.500h15",
  close: "M6 6l12 12M18 6 6 18",
  back: "M9 6 4.500 10.500 9 15M4.500 10.500H15a4.500 4.500 0 0 1 0 9h-3",
  forward: "M15 6l4.500 4.500L15 15M19.500 10.500H9a4.500 4.500 0 0 0 0 9h3",
  left: "M14.500 6 8.500 12l6 6",
  right: "M9.500 6l6 6-6 6",
  tray: "M4 14v5h16v-5M4 14h4.500l1.500 2.500h4l1.500-2.500H20M12 4v8M8.800 9 12 12.200 15.200 9",
  star: "M12 4l2.400 5.100 5.600.7-4.100 3.800 1.100 5.500L12 16.400 7 19.100l1.100-5.500L4 9.800l5.600-.7z",
  pin: "M12 21s-6.500-6.200-6.500-11a6.500 6.500 0 0 1 13 0c0 4.800-6.500 11-6.500 11zM12 7.700a2.300 2.300 0 1 0 0 4.600 2.300 2.300 0 0 0 0-4.600z",
  camera: "M4 8h3.500l1.500-2.500h6L16.500 8H20v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  flick: "M4 8.500h14M14.500 5 18 8.500 14.500 12M20 15.500H6M9.500 12 6 15.500 9.500 19",
  gallery: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  pen: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  grain: "M4 4h16v16H4zM4 9.300h16M4 14.600h16M9.300 4v16M14.600 4v16",
};

/** A line icon that takes the text's colour. */
export function icon(name) {
  return drawing(
    "svg",
    { viewBox: "0 0 24 24", class: "hg-icon", "aria-hidden": "true" },
    drawing("path", { d: PATHS[name] }),
  );
}

/** A button with an icon, a name for screen readers and tooltips, and perhaps text. */
export function iconButton(name, title, onclick, properties = {}, text = null) {
  return element(
    "button",
    { type: "button", class: "hg-button", title, "aria-label": title, onclick, ...properties },
    icon(name),
    text ? element("span", {}, text) : null,
  );
}
