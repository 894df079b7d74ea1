"""How high what can be pressed is drawn."""

HEIGHTS = """main => [...main.querySelectorAll(
  'button, input:not([type=hidden]):not(.tick *), .tick, select, a.button, summary'
)].map((one) => [one.outerHTML, one.getBoundingClientRect().height])"""
