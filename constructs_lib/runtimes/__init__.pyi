# The public names of the room. Type checkers read this file, and so does __init__.py.

from .any_server import AnyServer as AnyServer
from .gunicorn import Gunicorn as Gunicorn
from .gunicorn import WorkersPerCore as WorkersPerCore
from .nextjs import NextJs as NextJs
from .nextjs import TagOfImage as TagOfImage
from .node import NodeServer as NodeServer
from .runtime import LongerThanFront as LongerThanFront
from .runtime import Runtime as Runtime
from .runtime import Serving as Serving
from .signals import HTTP_SIGNALS as HTTP_SIGNALS
from .signals import Signals as Signals
