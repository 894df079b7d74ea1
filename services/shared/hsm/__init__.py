"""Keys that never leave a token: a smart card, a USB stick or a box of its own, asked through its vendor's PKCS#11 library.

``uri`` says where a key is, ``token`` asks it, ``token_keys`` is what the record's keys are wrapped by. Only ``token`` and
what imports it need the optional dependency (``pip install 'throughcare[hsm]'``).
"""
