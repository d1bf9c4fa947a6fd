# The public names of the room. Type checkers read this file, and so does __init__.py.

from .autoscalers import AdapterAutoscaler as AdapterAutoscaler
from .autoscalers import Autoscaler as Autoscaler
from .autoscalers import ScalingPace as ScalingPace
from .blue_green import BlueGreen as BlueGreen
from .blue_green import Color as Color
from .canary import Canary as Canary
from .keda import Keda as Keda
from .recreate import Recreate as Recreate
from .request_match import CookieMatch as CookieMatch
from .request_match import HeaderMatch as HeaderMatch
from .request_match import Match as Match
from .rollout import Live as Live
from .rollout import RollingUpdate as RollingUpdate
from .rollout import Rollout as Rollout
from .scaling import AboveRest as AboveRest
from .scaling import Autoscaling as Autoscaling
from .scaling import Replicas as Replicas
from .tracks import Backend as Backend
from .tracks import SameScaling as SameScaling
from .tracks import Scaling as Scaling
from .tracks import Track as Track
