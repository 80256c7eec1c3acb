"""The sample company 样例: its people's keys, and a history of its register."""
