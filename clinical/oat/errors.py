"""What goes wrong with opioid agonist treatment.

OatError
└── NotReadable   an order or dose of ours or of others does not say what a rule has to know
"""


class OatError(Exception):
    """Something about opioid agonist treatment that cannot be."""


class NotReadable(OatError):
    """A resource is an order or a dose of opioid agonist treatment, and does not say how much, when or how often.

    The message names the element and never what stands in it. It is shown to a prescriber, never passed over.
    """
