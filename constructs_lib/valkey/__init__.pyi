# The public names of the room. Type checkers read this file, and so does __init__.py.

from .broker import ValkeyBroker as ValkeyBroker
from .cache import ValkeyCache as ValkeyCache
from .images import ValkeyImages as ValkeyImages
from .secrets import AfterItsName as AfterItsName
from .secrets import ValkeySecrets as ValkeySecrets
