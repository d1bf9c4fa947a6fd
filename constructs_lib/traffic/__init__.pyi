# The public names of the room. Type checkers read this file, and so does __init__.py.

from .gateway_api import GatewayApi as GatewayApi
from .host import Host as Host
from .host import Renderer as Renderer
from .host import ServedRoute as ServedRoute
from .host import Tls as Tls
from .load_balancer import AwsCertificate as AwsCertificate
from .load_balancer import Certificate as Certificate
from .load_balancer import ClientAffinity as ClientAffinity
from .load_balancer import ExternalTrafficPolicy as ExternalTrafficPolicy
from .load_balancer import LoadBalancer as LoadBalancer
from .nginx_ingress import NginxIngress as NginxIngress
from .policy import PORTABLE_POLICY as PORTABLE_POLICY
from .policy import LoadBalancing as LoadBalancing
from .policy import RateLimit as RateLimit
from .policy import Retry as Retry
from .policy import RetryOn as RetryOn
from .policy import SessionCookie as SessionCookie
from .policy import Timeouts as Timeouts
from .policy import TrafficPolicy as TrafficPolicy
from .public_host import PublicHost as PublicHost
from .resilience import CircuitBreaker as CircuitBreaker
from .resilience import ErrorPage as ErrorPage
from .resilience import ErrorRedirect as ErrorRedirect
from .resilience import ResponseCache as ResponseCache
from .routes import Route as Route
from .virtual_server import VirtualServer as VirtualServer
