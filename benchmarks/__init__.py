"""What a synth costs, beside the least that it could cost."""
