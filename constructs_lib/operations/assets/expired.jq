# The names of the snapshots of $claim that are older than the $keep newest that are ready.
[.items[] | select(.spec.source.persistentVolumeClaimName == $claim)]
| sort_by(.metadata.creationTimestamp)
| ([.[] | select(.status.readyToUse)] | .[-$keep].metadata.creationTimestamp) as $oldest
| .[]
| select(.metadata.creationTimestamp < $oldest)
| .metadata.name
