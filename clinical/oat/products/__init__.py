"""The products, one file each (``clinical/oat/product.py``)."""
