"""The tiers of an application, as product words."""
