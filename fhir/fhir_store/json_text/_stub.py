def pretty(text): return text
def summarised(r, mode): return r.text
def with_elements(r, e): return r.text
