def test_x(derived):
    derived()
