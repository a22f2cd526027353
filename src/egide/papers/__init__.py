"""What people read, sign and send: the page, the workbook, the JSON document, the notes.

Every paper is a pure function of an assessment and a language; `egide.app` writes the bytes. The words that several
papers and the command line share are in `egide.papers.text`, so that all of them say the same thing.
"""
