# The public names of the room. Type checkers read this file, and so does __init__.py.

from .elk.settings import Logs as Logs
from .elk.settings import LogSecrets as LogSecrets
from .elk.settings import LogSnapshots as LogSnapshots
from .grafana.database import GrafanaDatabase as GrafanaDatabase
from .grafana.settings import Dashboards as Dashboards
from .grafana.sign_on import SingleSignOn as SingleSignOn
from .grafana.storage import GrafanaStorage as GrafanaStorage
from .grafana.storage import GrafanaVolume as GrafanaVolume
from .grafana.teams import DashboardTeam as DashboardTeam
from .images import ObservabilityImages as ObservabilityImages
from .prometheus.alert_changes import AlertChange as AlertChange
from .prometheus.alert_teams import AlertTeam as AlertTeam
from .prometheus.alert_teams import WorkingHours as WorkingHours
from .prometheus.alerting import Alerting as Alerting
from .prometheus.email import Email as Email
from .prometheus.receivers import MicrosoftTeams as MicrosoftTeams
from .prometheus.receivers import Opsgenie as Opsgenie
from .prometheus.receivers import PagerDuty as PagerDuty
from .prometheus.receivers import Receiver as Receiver
from .prometheus.receivers import Slack as Slack
from .prometheus.receivers import Webhook as Webhook
from .prometheus.settings import MetricsStore as MetricsStore
from .sizes import ObservabilitySizes as ObservabilitySizes
from .sizes import Servers as Servers
from .stack import ObservabilityStack as ObservabilityStack
