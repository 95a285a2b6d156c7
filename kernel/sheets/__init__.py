"""Tables of people: what spreadsheets write, read row by row and within bounds. What stands in them is the affair of the rooms."""
