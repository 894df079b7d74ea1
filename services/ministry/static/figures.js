// Draws each figure of the page from the JSON at its own address, in the colours of the page's theme, and saves it as
// a picture. The texts for waiting and failing are in the page, where they are translated; this only shows one of them.
(() => {
  "use strict";

  // Below this width no two panels fit side by side, and words get lines of their own.
  const NARROW_PX = 700;

  // On paper a figure is this wide, and the style sheet makes it fit the sheet.
  const PAPER_PX = 900;

  const PICTURE_PX = 1000;
  const PICTURE_SCALE = 2;
  const HEADLINE_PX = 20;
  const HEADLINE_LETTERS = 74;
  const HEADLINE_ROW_PX = 28;
  const FOOT_PX = 46;
  const EDGE_PX = 20;

  const night = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const specs = new Map();

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The server draws for the day; the palette says which colour of the page each of its colours stands for.
  const inTheme = (part, palette) => {
    if (typeof part === "string") {
      const name = palette[part.toLowerCase()];
      return (name && token(name)) || part;
    }
    if (Array.isArray(part)) {
      return part.map((one) => inTheme(one, palette));
    }
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inTheme(value, palette)]));
    }
    return part;
  };

  const dressed = (layout) => ({ ...layout, font: { ...layout.font, family: token("--font") } });

  const draw = (plot, spec) => {
    const width = paper.matches ? PAPER_PX : plot.clientWidth;
    const { data, layout } = width < NARROW_PX ? spec.narrow : spec.wide;
    const palette = JSON.parse(plot.dataset.palette);
    const dressedLayout = { ...dressed(inTheme(layout, palette)), width };
    return Plotly.react(plot, inTheme(data, palette), dressedLayout, { displayModeBar: false });
  };

  const show = (figure, state) => {
    figure.dataset.state = state;
    for (const part of figure.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== state;
    }
  };

  const fetched = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      throw new Error("the figure did not come");
    }
    return answer.json();
  };

  const keepDrawn = (plot, spec) => {
    let width = plot.clientWidth;
    new ResizeObserver(() => {
      if (plot.clientWidth && plot.clientWidth !== width) {
        width = plot.clientWidth;
        draw(plot, spec);
      }
    }).observe(plot);
    for (const look of [night, paper]) {
      look.addEventListener("change", () => draw(plot, spec));
    }
  };

  const begin = async (figure) => {
    const plot = figure.querySelector("[data-figure]");
    show(figure, "loading");
    try {
      const spec = await fetched(plot.dataset.figure);
      show(figure, "drawn");
      await draw(plot, spec);
      keepDrawn(plot, spec);
      specs.set(plot.dataset.name, spec);
      const button = document.querySelector(`[data-picture="${plot.dataset.name}"]`);
      button.hidden = false;
    } catch {
      show(figure, "failed");
    }
  };

  // A saved picture leaves the page, so it carries the headline and how it may be handled.
  const lines = (text) => {
    const rows = [""];
    for (const word of text.split(" ")) {
      const row = rows[rows.length - 1];
      if (row && row.length + 1 + word.length > HEADLINE_LETTERS) {
        rows.push(word);
      } else {
        rows[rows.length - 1] = row ? `${row} ${word}` : word;
      }
    }
    return rows;
  };

  const note = (text, more) => ({
    text, x: 0, xref: "paper", xanchor: "left", yref: "paper", showarrow: false, align: "left", ...more,
  });

  const forSaving = ({ data, layout }, { kicker, headline, handling }) => {
    const rows = lines(headline);
    const head = (rows.length + 1) * HEADLINE_ROW_PX + EDGE_PX;
    const { t, b, l } = layout.margin;
    const shift = -l + EDGE_PX;
    return {
      data,
      layout: {
        ...dressed(layout),
        width: PICTURE_PX,
        height: layout.height + head + FOOT_PX,
        margin: { ...layout.margin, t: t + head, b: b + FOOT_PX },
        paper_bgcolor: "#ffffff",
        legend: layout.legend && { ...layout.legend },
        annotations: [
          ...layout.annotations,
          note(rows.join("<br>"), { y: 1, yanchor: "bottom", yshift: t + 8, xshift: shift, font: { size: HEADLINE_PX, weight: 700 } }),
          note(kicker, { y: 1, yanchor: "bottom", yshift: t + 8 + rows.length * HEADLINE_ROW_PX, xshift: shift, font: { size: 15 } }),
          note(handling, { y: 0, yanchor: "top", yshift: -b - 12, xshift: shift, font: { size: 15, color: "#9b1b30", weight: 700 } }),
        ],
      },
    };
  };

  const loaded = (address) =>
    new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = reject;
      image.src = address;
    });

  const save = async (button) => {
    const figure = forSaving(specs.get(button.dataset.picture).wide, button.dataset);
    const { width, height } = figure.layout;
    // Plotly's own way to a PNG takes a blob: address, which our content policy forbids; a data: address it allows.
    const image = await loaded(await Plotly.toImage(figure, { format: "svg", width, height }));
    const canvas = document.createElement("canvas");
    canvas.width = width * PICTURE_SCALE;
    canvas.height = height * PICTURE_SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = button.dataset.file;
    link.click();
  };

  for (const figure of document.querySelectorAll("figure[data-state]")) {
    figure.querySelector("[data-again]").addEventListener("click", () => begin(figure));
    begin(figure);
  }
  for (const button of document.querySelectorAll("[data-picture]")) {
    button.addEventListener("click", () => save(button));
  }
})();
