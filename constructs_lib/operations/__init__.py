"""Operations of a running platform: copies of its configuration, snapshots of its volumes."""
