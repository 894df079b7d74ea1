"""The colours of figures: those of the day, and which of the page's own stands for each, so that the night can change them."""

from collections.abc import Mapping

INK, QUIET, LINE, SURFACE = "#14212c", "#4a5b69", "#d3dde4", "#ffffff"
COUNTRY, PRISON, COMMUNITY = "#33566b", "#1b5a78", "#a85400"
STARTED = "#4f8fb3"
PATIENT, INSTITUTION, OTHER = "#4f8fb3", "#8c2d62", "#6d7c88"
SOFT = "#e6eef2"

PALETTE: Mapping[str, str] = {
    INK: "--ink",
    QUIET: "--ink-quiet",
    LINE: "--line",
    SURFACE: "--surface",
    COUNTRY: "--figure-country",
    PRISON: "--figure-prison",
    COMMUNITY: "--figure-community",
    STARTED: "--figure-second",
    INSTITUTION: "--figure-institution",
    OTHER: "--figure-other",
    SOFT: "--figure-soft",
}
"""For each colour that a figure is drawn in, the page's own that stands for it."""
