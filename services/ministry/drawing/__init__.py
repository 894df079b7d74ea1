"""What the figures of the page are drawn as: steps, columns by quarter, curves. Each makes ``data`` and ``layout`` of Plotly.

Everything is placed in pixels of the figure's height, so that words never lie on bars, whatever the width. Only Plotly's
basic bundle is needed: bars, lines, shapes and annotations.
"""
