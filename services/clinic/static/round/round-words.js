// The texts of the page in its language, and times as the clock of the facility shows them.
// The server puts the translations of every `_("...")` in these files into the page.
(() => {
  const Round = (window.Round ??= {});
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const zone = document.body.dataset.zone;
  const { lang } = document.documentElement;
  const language = lang === "en" ? "en-GB" : lang;

  const _ = (text) => texts[text] ?? text;
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);

  const shapes = {
    time: { hour: "2-digit", minute: "2-digit" },
    day: { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" },
    date: { day: "2-digit", month: "2-digit" },
  };
  const written = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      new Intl.DateTimeFormat(language, { ...shape, hourCycle: "h23", timeZone: zone }),
    ]),
  );
  const when = (shape) => (at) => (at ? written[shape].format(new Date(at)) : "");

  Round.words = { _, fill, time: when("time"), dayAndTime: when("day"), date: when("date") };
})();
