// The player comes when it is asked for; a page weighs nothing of its film until then.
for (const figure of document.querySelectorAll("[data-video]")) {
  const link = figure.querySelector("a");
  const template = figure.querySelector("template");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const player = template.content.firstElementChild.cloneNode(true);
    link.replaceWith(player);
    player.focus();
    player.play().catch(() => {});
  });
}
