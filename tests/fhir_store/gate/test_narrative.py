"""Narrative: basic formatting enters, what runs or loads does not."""

import pytest

from fhir_store.gate.narrative import narrative_rule

NAMESPACE = 'xmlns="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    "div",
    [
        f"<div {NAMESPACE}>a</div>",
        f'<div {NAMESPACE}><p class="x" style="color:red">a <b>b</b><br/></p></div>',
        f"<div {NAMESPACE}><table><tr><td>&lt;script&gt;</td></tr></table></div>",
        f'<div {NAMESPACE}><img src="#photo"/></div>',
        f'<div {NAMESPACE}><a href="http://x/?on=1">on=1</a></div>',
        f"<div {NAMESPACE}><!-- <script> --> a</div>",
        f"\n <div {NAMESPACE}>a</div>\n",
    ],
)
def test_formatting_enters(div: str) -> None:
    assert narrative_rule(div) is None


@pytest.mark.parametrize(
    ("div", "code"),
    [
        ("a", "invalid"),
        ("<p>a</p>", "invalid"),
        ("<divx>a</divx>", "invalid"),
        ("<div>a</div> b", "invalid"),
        ("<div>a<script>b</script></div>", "invariant"),
        ("<div>a< script>b</script></div>", "invariant"),
        ("<div>a<SCRIPT>b</SCRIPT></div>", "invariant"),
        ("<div>a<iframe/></div>", "invariant"),
        ("<div>a<form><input/></form></div>", "invariant"),
        ("<div>a<object/><embed/></div>", "invariant"),
        ("<div>a<svg/></div>", "invariant"),
        ('<div onclick="x()">a</div>', "invariant"),
        ('<div\nONCLICK = "x()">a</div>', "invariant"),
        ("<div><img src='#a'/onerror=x() /></div>", "invariant"),
        ('<div><a href=" javascript:x()">a</a></div>', "invariant"),
        ("<div><!-- a --><script>b</script></div>", "invariant"),
        ("<div><!-<!-- -->- <script>b</script> --></div>", "invariant"),
        ("<div>a<!-- b</div>", "invariant"),
        ("<!DOCTYPE html><div>a</div>", "invalid"),
        ("<div><?php x ?>a</div>", "invariant"),
    ],
)
def test_anything_else_does_not(div: str, code: str) -> None:
    assert [issue.code for issue in narrative_rule(div) or []] == [code]
