"""What people say of services over their definitions: that one is suspended, and resumed."""
