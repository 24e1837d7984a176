"""Property suites: Hypothesis strategies derived from domains, and one suite for each paper."""
