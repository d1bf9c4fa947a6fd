# The public names of the room. Type checkers read this file, and so does __init__.py.

from .api import ApiTier as ApiTier
from .fallback import FallbackPage as FallbackPage
from .front_proxy import FrontProxy as FrontProxy
from .http import Http as Http
from .migration import Migration as Migration
from .one_off_job import OneOffJob as OneOffJob
from .pod_settings import PodSettings as PodSettings
from .scheduled_job import ScheduledJob as ScheduledJob
from .socket import CONNECTION_SCALING as CONNECTION_SCALING
from .socket import WEBSOCKET_ROUTE as WEBSOCKET_ROUTE
from .socket import WEBSOCKET_SIGNALS as WEBSOCKET_SIGNALS
from .socket import SocketTier as SocketTier
from .web import WebTier as WebTier
from .worker import WORKER_SCALING as WORKER_SCALING
from .worker import WorkerTier as WorkerTier
from .workload import Workload as Workload
