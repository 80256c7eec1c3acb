// A table's search, filters, order and page, kept in the URL fragment so that Back
// returns to them. A fragment never leaves the browser.

const OWN = new Set(["q", "sort", "page", "len"]);

function read() {
  const fragment = location.hash.slice(1);
  return new URLSearchParams(fragment.includes("=") ? fragment : "");
}

/** Access to the state of the page's nth table (the first one's names are bare). */
export function tableState(index) {
  const prefix = index === 0 ? "" : `t${index + 1}.`;
  const facetName = (key) => prefix + (OWN.has(key) || /^t\d+\./.test(key) ? `f.${key}` : key);
  return {
    load(facetKeys) {
      const stored = read();
      const own = (name) => stored.get(prefix + name) ?? "";
      const facets = new Map();
      for (const key of facetKeys) {
        const value = stored.get(facetName(key));
        if (value !== null) facets.set(key, value);
      }
      return { q: own("q"), sort: own("sort"), page: own("page"), len: own("len"), facets };
    },
    save({ q, sort, page, len, facets }, facetKeys) {
      const stored = read();
      const set = (name, value) => (value ? stored.set(name, value) : stored.delete(name));
      set(`${prefix}q`, q);
      for (const key of facetKeys) {
        if (facets.has(key)) stored.set(facetName(key), facets.get(key));
        else stored.delete(facetName(key));
      }
      set(`${prefix}sort`, sort);
      set(`${prefix}page`, page);
      set(`${prefix}len`, len);
      const fragment = stored.toString();
      const had = location.hash.includes("=");
      if (!fragment && !had) return; // leave an ordinary heading anchor alone
      const target = location.pathname + location.search + (fragment ? `#${fragment}` : "");
      if (location.pathname + location.search + location.hash !== target) {
        history.replaceState(history.state, "", target);
      }
    },
  };
}
