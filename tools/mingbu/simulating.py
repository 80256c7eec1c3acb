"""A proposed policy tried on the whole register: whom it moves, by how much, which findings come anew."""
