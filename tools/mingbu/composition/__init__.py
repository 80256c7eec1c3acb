"""Composition 构成分析: what sales and credit are made up of, by any axis and period."""
