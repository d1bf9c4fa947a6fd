# The public names of the room. Type checkers read this file, and so does __init__.py.

from .backup import BackupPlan as BackupPlan
from .cluster import PostgresCluster as PostgresCluster
from .failover import Durability as Durability
from .failover import Failover as Failover
from .images import PostgresImage as PostgresImage
from .images import PostgresImages as PostgresImages
from .maintenance import Maintenance as Maintenance
from .pooler import EqualShare as EqualShare
from .pooler import Pooler as Pooler
from .recovery import Bootstrap as Bootstrap
from .recovery import EmptyDatabase as EmptyDatabase
from .recovery import Latest as Latest
from .recovery import RestoredDatabase as RestoredDatabase
from .repository import AzureRepository as AzureRepository
from .repository import Repository as Repository
from .repository import S3Repository as S3Repository
from .roles import Owner as Owner
from .roles import Reader as Reader
from .roles import Role as Role
from .roles import UsualRole as UsualRole
from .roles import Writer as Writer
from .secrets import PostgresSecrets as PostgresSecrets
from .sizes import PostgresSizes as PostgresSizes
from .storage import PostgresStorage as PostgresStorage
from .storage import SameStorageClass as SameStorageClass
