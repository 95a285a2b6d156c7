"""Readers: who they are, their cards and PINs, their categories, what blocks them. Loans live in `circ`."""
