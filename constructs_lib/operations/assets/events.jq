# The version of each change, and the event as a line; none of one that is removed, which is an hour old.
if .type == "ERROR" then
  "gone"
elif .type == "DELETED" then
  .object.metadata.resourceVersion
else
  .object | "\(.metadata.resourceVersion) \({
    time: (.lastTimestamp // .series.lastObservedTime // .eventTime // .metadata.creationTimestamp),
    level: (if .type == "Warning" then "warn" else "info" end),
    msg: .message,
    reason,
    kind: .involvedObject.kind,
    namespace: .involvedObject.namespace,
    name: .involvedObject.name,
    times: (.series.count // .count // 1),
    reporter: ([.reportingComponent, .source.component] | map(select(. != null and . != "")) | first)
  } | with_entries(select(.value != null)) | tojson)"
end
