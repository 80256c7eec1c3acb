// Entry point: turns register tables and finder boxes on the page into live ones.

import { startFinder } from "./finder.js";
import { startRegister } from "./register.js";

function start() {
  document
    .querySelectorAll("table[data-rows]:not([data-mb-started])")
    .forEach((table, index) => {
      table.dataset.mbStarted = "";
      void startRegister(table, index);
    });
  document
    .querySelectorAll("input[data-find]:not([data-mb-started])")
    .forEach((input, index) => {
      input.dataset.mbStarted = "";
      startFinder(input, index);
    });
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
// Material's instant navigation swaps the page without a DOMContentLoaded.
document.addEventListener("DOMContentLoaded", () => {
  window.document$?.subscribe?.(start);
});
