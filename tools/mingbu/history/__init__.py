"""History 修订历史: what every commit changed, read in one pass and kept beside the other caches."""
