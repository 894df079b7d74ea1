"""Names for invented people: given ones of the region, and family names that begin with DEMO and go on with a tree.

With one family name alone everybody could be taken for everybody, and the list of a round would warn of each.
"""

WOMEN = ("Ana", "Besa", "Drita", "Edona", "Flora", "Hana", "Iva", "Jelena", "Lira", "Mila", "Nora", "Vesna")
MEN = ("Agim", "Besnik", "Bojan", "Dren", "Gent", "Ilir", "Jovan", "Luan", "Marko", "Petar", "Visar", "Zoran")
FAMILY, FAMILY_CYRILLIC = "DEMO", "ДЕМО"
TREES = (
    "Acacia", "Alder", "Apricot", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Cornel", "Cypress", "Elder", "Fir",
    "Hawthorn", "Hazel", "Hornbeam", "Juniper", "Laurel", "Linden", "Maple", "Medlar", "Mulberry", "Oleander", "Olive",
    "Pine", "Plum", "Poplar", "Quince", "Rowan", "Spruce", "Tamarisk", "Willow",
)  # fmt: skip


def family_of(number: str) -> str:
    """The family name of the human of a number."""
    return f"{FAMILY} {TREES[int(number) % len(TREES)]}"
