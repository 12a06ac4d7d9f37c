// The first click on a result is told to the portal, and not who clicked. The link is a plain one.
function tell(event) {
  const item = event.target.closest("a[href]")?.closest("[data-entry]");
  if (!item || event.button > 1) return;
  const { clicks, ticket } = item.closest("[data-ticket]").dataset;
  navigator.sendBeacon(clicks, new URLSearchParams({ ticket, entry: item.dataset.entry }));
  item.removeAttribute("data-entry");
}

for (const results of document.querySelectorAll("[data-ticket]")) {
  for (const kind of ["click", "auxclick"]) results.addEventListener(kind, tell);
}
