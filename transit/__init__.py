"""An item on its way: transfers. Who it is for is decided in `circ`."""
