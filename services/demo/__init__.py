"""Sample records for trying the product: invented people only."""
