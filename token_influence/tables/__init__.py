"""Results as flat tables, the headline and the metrics."""
