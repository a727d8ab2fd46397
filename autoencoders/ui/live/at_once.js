// How many pictures a person may bring at once: as many as the server keeps for one browser.

export const AT_ONCE = 24;

/** The files to take of those that were brought, and a sentence where that is not all of them. */
export function atOnce(files) {
  const taken = [...files].slice(0, AT_ONCE);
  const left = files.length - taken.length;
  const sentence = left
    ? `${files.length} pictures are more than can be kept: the first ${AT_ONCE} were taken; remove some to add others.`
    : "";
  return { taken, sentence };
}
