"""What the yearly credit analysis 信用管理情况分析报告 is put together from, table by table."""
