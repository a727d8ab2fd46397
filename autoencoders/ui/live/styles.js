// A page's own style sheet, loaded once and waited for.

const loading = new Map();

/** Load a style sheet that lies beside this module. */
export function loadStyle(name) {
  if (!loading.has(name)) {
    const ready = new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(`./${name}`, import.meta.url).href;
      link.onload = link.onerror = resolve;
      document.head.append(link);
    });
    loading.set(name, ready);
  }
  return loading.get(name);
}
