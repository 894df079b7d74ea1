"""Given names for invented people; every family name is DEMO, in the script of the record."""

WOMEN = ("Ana", "Besa", "Drita", "Edona", "Flora", "Hana", "Iva", "Jelena", "Lira", "Mila", "Nora", "Vesna")
MEN = ("Agim", "Besnik", "Bojan", "Dren", "Gent", "Ilir", "Jovan", "Luan", "Marko", "Petar", "Visar", "Zoran")
FAMILY, FAMILY_CYRILLIC = "DEMO", "ДЕМО"
