"""What to do when an alert of the library fires: its pages, with the names of a platform."""
