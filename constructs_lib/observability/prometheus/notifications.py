"""The texts of notifications, in which every link leads somewhere.

What Alertmanager brings along links to itself and to Prometheus alone. These begin with the
runbook and the dashboard, which people reach without a port of the cluster.
"""

from __future__ import annotations

TEMPLATES = """\
{{ define "title" -}}
{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .CommonLabels.alertname -}}
{{ with .CommonLabels.app }} of {{ . }}{{ end -}}
{{ with .CommonLabels.namespace }} in {{ . }}{{ end -}}
{{ end }}

{{ define "silence" -}}
{{ .ExternalURL }}/#/silences/new?filter=%7B
{{- range $n, $p := .CommonLabels.SortedPairs }}{{ if $n }}%2C{{ end -}}
{{ $p.Name }}%3D%22{{ reReplaceAll "[+]" "%20" (urlquery $p.Value) }}%22{{ end }}%7D
{{- end }}

{{ define "text" -}}
{{ range .Alerts -}}
{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Annotations.summary }}
{{ with .Annotations.runbook_url }}Runbook: {{ . }}
{{ end }}{{ with .Annotations.dashboard_url }}Dashboard: {{ . }}
{{ end }}{{ with .GeneratorURL }}Query: {{ . }}
{{ end }}
{{ end -}}
Silence: {{ template "silence" . }}
{{- end }}

{{ define "html" -}}
{{ range .Alerts -}}
<p>{{ if eq .Status "resolved" }}Resolved: {{ end }}<b>{{ .Annotations.summary }}</b><br>
{{ with .Annotations.runbook_url }}<a href="{{ . }}">Runbook</a>
{{ end }}{{ with .Annotations.dashboard_url }}<a href="{{ . }}">Dashboard</a>
{{ end }}{{ with .GeneratorURL }}<a href="{{ . }}">Query</a>
{{ end }}</p>
{{ end -}}
<p><a href="{{ template "silence" . }}">Silence</a></p>
{{- end }}
"""
TITLE = '{{ template "title" . }}'
TEXT = '{{ template "text" . }}'
HTML = '{{ template "html" . }}'
# What all alerts of a notification have in common, since they have one name.
RUNBOOK = "{{ .CommonAnnotations.runbook_url }}"


def by_severity(page: str, ticket: str) -> str:
    """Return a word for pages and another for tickets."""
    return f'{{{{ if eq .CommonLabels.severity "page" }}}}{page}{{{{ else }}}}{ticket}{{{{ end }}}}'
