"""What every pod is made of, and the controllers that make pods. No other room writes a PodSpec."""
