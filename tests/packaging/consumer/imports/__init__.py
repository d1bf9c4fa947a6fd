"""A package of its own, unlike the namespace that cdk8s makes."""
