"""Charts of pages; they stand in documents/charts.py."""

from mingbu.documents.charts import Chart, Item, Rect, Rule, Scale, Use, Words, bars, cut, percent, scale, uses

__all__ = ["Chart", "Item", "Rect", "Rule", "Scale", "Use", "Words", "bars", "cut", "percent", "scale", "uses"]
