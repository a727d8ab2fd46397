// The way to another page of the app, as its own link at the top goes: without loading anew.

/** Open a page by its name, with a model. */
export function openPage(name, model) {
  const links = document.querySelectorAll('[data-testid^="stPageLink"] a, a[data-testid^="stPageLink"]');
  const link = [...links].find(({ pathname }) => pathname.split("/").at(-1) === name);
  if (link) return link.click();
  location.assign(`${name}?model=${encodeURIComponent(model)}`);
}
