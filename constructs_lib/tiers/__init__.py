"""The tiers of an application: web, API, websockets."""
