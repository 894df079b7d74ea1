// Drawing, and when a tap counts: not within 400 ms of a redraw, since the finger was on its way to what stood there before.
(() => {
  const Round = (window.Round ??= {});
  const settles = 400;
  let drawnAt = performance.now();

  // An element: el("p", {class: "quiet"}, "text", another). Texts are texts, never markup.
  function el(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
    return made;
  }

  const icon = (name) => document.getElementById(`icon-${name}`).content.firstElementChild.cloneNode(true);
  const name = (text) => el("span", { translate: "no" }, text ?? "");
  const button = (words, onclick, more = {}) =>
    el("button", { type: "button", ...more, class: `button ${more.class ?? ""}`.trim(), onclick }, words);
  const quiet = (words, onclick, more = {}) => button(words, onclick, { ...more, class: `button-quiet ${more.class ?? ""}`.trim() });

  const drawn = () => (drawnAt = performance.now());

  // One screen at a time. What the list was scrolled to is kept, so that no row moves.
  function show(...content) {
    document.getElementById("main").replaceChildren(...content);
    drawn();
  }

  document.addEventListener(
    "click",
    (event) => {
      const byFinger = event.detail > 0 && event.target.closest("button, summary, a, input, select, label");
      // What is in the bar stands where it is whatever is drawn.
      if (!byFinger || event.target.closest(".tablet-bar")) return;
      const row = event.target.closest("[data-drawn]");
      if (performance.now() - Math.max(drawnAt, Number(row?.dataset.drawn ?? 0)) >= settles) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  // A part of the screen that was redrawn where it stands.
  function redrawn(part) {
    part.dataset.drawn = performance.now();
    return part;
  }

  const say = (...text) => document.getElementById("said").replaceChildren(...text);

  Round.drawing = { el, icon, name, button, quiet, drawn, redrawn, show, say };
})();
