// Leaves without keeping the page in the history of the tab. Without JavaScript, the link still works.
for (const link of document.querySelectorAll(".quick-exit__link")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.replace(link.href);
  });
}
