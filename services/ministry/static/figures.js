// Draws each figure of the page from the JSON at its own address, in the colours of the page's theme.
// The texts for waiting and failing are in the page, where they are translated; this only shows one of them.
(() => {
  "use strict";

  // Below this width names do not fit beside the ends of the lines; they go below the figure.
  const NARROW_PX = 560;
  const LEGEND_ROW_PX = 26;

  const night = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");

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

  // Plotly writes bold text with a style attribute, which our content policy forbids; a font's weight it does not.
  const bold = (annotation) => {
    const text = /^<b>(.*)<\/b>$/.exec(annotation.text)?.[1];
    return text === undefined ? annotation : { ...annotation, text, font: { ...annotation.font, weight: 700 } };
  };

  const everySecond = (list) => list?.filter((_, i) => (list.length - 1 - i) % 2 === 0);

  const besideALine = (annotation) => annotation.xref !== "paper";

  // The line of all facilities is alone below its heading and needs no entry.
  const needsEntry = (trace) => trace.yaxis === "y2";

  const forNarrow = ({ data, layout }) => ({
    data: data.map((trace) => ({ ...trace, showlegend: needsEntry(trace) })),
    layout: {
      ...layout,
      annotations: layout.annotations.filter((annotation) => !besideALine(annotation)),
      height: layout.height + LEGEND_ROW_PX * data.filter(needsEntry).length,
      margin: { ...layout.margin, r: 36, l: 44, b: layout.margin.b + LEGEND_ROW_PX * data.filter(needsEntry).length },
      xaxis: {
        ...layout.xaxis,
        tickvals: everySecond(layout.xaxis.tickvals),
        ticktext: everySecond(layout.xaxis.ticktext),
        tickangle: 0,
      },
      legend: { orientation: "h", x: 0, xanchor: "left", y: -0.12, yanchor: "top", entrywidth: 1, entrywidthmode: "fraction" },
    },
  });

  const dressed = (layout) => ({
    ...layout,
    font: { ...layout.font, family: token("--font") },
    hoverlabel: { bgcolor: token("--surface"), bordercolor: token("--line-strong"), font: { color: token("--ink") } },
    annotations: layout.annotations.map(bold),
    dragmode: false,
  });

  const draw = (plot, spec) => {
    const palette = JSON.parse(plot.dataset.palette);
    const { data, layout } = inTheme(plot.clientWidth < NARROW_PX ? forNarrow(spec) : spec, palette);
    return Plotly.react(plot, data, dressed(layout), { displayModeBar: false });
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
    } catch {
      show(figure, "failed");
    }
  };

  for (const figure of document.querySelectorAll("figure[data-state]")) {
    figure.querySelector("[data-again]").addEventListener("click", () => begin(figure));
    begin(figure);
  }
})();
