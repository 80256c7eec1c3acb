// The print button of record pages.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest(".mb-print")) window.print();
});
