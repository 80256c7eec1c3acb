// Small helpers for building page elements. Text is only ever set as text.

/** Make an element: attributes by name (false, null and undefined are left out). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** The absolute form of a URL on this site, or null when it leads anywhere else. */
export function sameSiteUrl(value, base) {
  let url;
  try {
    url = new URL(value, base);
  } catch {
    return null;
  }
  const web = url.protocol === "http:" || url.protocol === "https:";
  const here = url.origin === location.origin;
  return web && here && !url.username && !url.password ? url.href : null;
}

/** Like sameSiteUrl, and the value itself must be written as a relative reference. */
export function relativeUrl(value, base) {
  if (/^[\s\p{Cc}]*([a-z][a-z0-9+.-]*:|[\\/]{2})/iu.test(value)) return null;
  return sameSiteUrl(value, base);
}

/** Call `fn` once things have been quiet for `delay` ms; `.flush()` calls it now. */
export function debounce(fn, delay) {
  let timer = 0;
  const run = () => {
    clearTimeout(timer);
    timer = setTimeout(fn, delay);
  };
  run.flush = () => {
    clearTimeout(timer);
    fn();
  };
  return run;
}
