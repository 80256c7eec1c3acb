"""What the git host reads: files below .github/ that are generated from the register."""
