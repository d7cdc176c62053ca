"""Results as flat tables, the headline numbers, and the metrics."""
