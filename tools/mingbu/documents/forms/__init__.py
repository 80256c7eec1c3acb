"""Printed forms: a record on paper, as its layout (a YAML file beside this one) or a company's own template says."""

from mingbu.documents.forms.layout import ANY, FORMS, Form, form_of
from mingbu.documents.forms.making import BrokenTemplate, docx, html, pdf, template
from mingbu.documents.forms.values import Sheet, blank, sheet

__all__ = ["ANY", "FORMS", "BrokenTemplate", "Form", "Sheet", "blank", "docx", "form_of", "html", "pdf", "sheet", "template"]
