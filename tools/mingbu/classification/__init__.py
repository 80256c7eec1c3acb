"""Classification 客户分类: the value of each axis, declared or derived by policy, with the facts that gave it."""
