"""What is read of a label: the report page, its document, the binder's workbook, and the papers that a provider signs.

All come from one `LabelAssessment`; none is a qualification, and each says so.
"""
