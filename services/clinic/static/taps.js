// A page that has just been drawn takes no tap yet: the finger was on its way to what stood there before.
// What was sent once is not sent again by a second tap; the server would take it as the same anyway.
(() => {
  const settles = 400;
  let drawnAt = performance.now();

  window.addEventListener("pageshow", () => {
    drawnAt = performance.now();
    for (const form of document.forms) delete form.dataset.sent;
  });

  document.addEventListener(
    "click",
    (event) => {
      const tapped = event.target.closest("button, summary, a");
      if (tapped && event.detail > 0 && performance.now() - drawnAt < settles) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    true,
  );

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "yes";
  });
})();
