# The public names of the room. Type checkers read this file, and so does __init__.py.

from .gunicorn import Gunicorn as Gunicorn
from .gunicorn import WorkersPerCore as WorkersPerCore
from .nextjs import NextJs as NextJs
