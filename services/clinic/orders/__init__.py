"""The pages of the prescriber: a person's orders, signing, holding, telephone orders, and decisions for many at once."""
