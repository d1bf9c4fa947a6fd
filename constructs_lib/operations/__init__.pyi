# The public names of the room. Type checkers read this file, and so does __init__.py.

from .cluster_events import ClusterEvents as ClusterEvents
from .configuration_backup import ConfigurationBackup as ConfigurationBackup
from .volume_snapshots import VolumeSnapshots as VolumeSnapshots
