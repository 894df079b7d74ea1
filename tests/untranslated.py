"""Finding text on a page that no translator can reach, once everything that one can reach is decorated."""

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Every text and label of the page that holds an unaccented vowel, though it is not marked as a name or code.
UNTRANSLATED = """([months]) => {
  const dates = new RegExp(`\\\\b(${months}|Sept|[A-Z][a-z]{2})\\\\b`, "g");
  const plain = (text) => /[aeiou]/i.test(text.replace(dates, ""));
  const found = [];
  if (plain(document.title.replace(/(· )?Throughcare$/, ""))) found.push(document.title);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (!parent.closest("[translate=no], script, style") && plain(data)) found.push(data.trim());
  }
  for (const one of document.querySelectorAll("[title], [aria-label], [alt], [placeholder]")) {
    for (const name of ["title", "aria-label", "alt", "placeholder"]) {
      const text = one.getAttribute(name);
      if (text && plain(text)) found.push(`${name}: ${text}`);
    }
  }
  return found;
}"""
