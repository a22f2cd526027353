"""A plan for people: its words, its tables, its page, its workbook, and its costs as FOCUS lines."""
