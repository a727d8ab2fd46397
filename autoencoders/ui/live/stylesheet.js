// A page's own style sheet, loaded once and waited for, so that nothing is ever seen undressed.

const loaded = new Map();

/** Load a style sheet that lies beside this module. */
export function dressed(name) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      new Promise((resolve) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = new URL(`./${name}`, import.meta.url).href;
        link.onload = link.onerror = resolve;
        document.head.append(link);
      }),
    );
  }
  return loaded.get(name);
}
