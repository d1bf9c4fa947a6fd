# Of live objects, what can be applied again, to this cluster or to an empty one.
def of_the_cluster:
  # What another object makes comes with that; its reference would name nobody.
  .metadata.ownerReferences != null
  # Locks and states are kept in annotations, such as those of Patroni: old ones do harm.
  or (.kind == "ConfigMap" and .data == null and .binaryData == null)
  or (.kind == "ConfigMap" and .metadata.name == "kube-root-ca.crt");

# Addresses that the cluster gives; a Service that wants none says so.
def without_addresses:
  if .kind == "Service" and .spec.clusterIP != "None"
  then del(.spec.clusterIP, .spec.clusterIPs, .spec.healthCheckNodePort, .spec.ports[]?.nodePort)
  else . end;

{
  apiVersion: "v1",
  kind: "List",
  items: [
    .items[]
    | select(of_the_cluster | not)
    | without_addresses
    | del(
        .status,
        .metadata.annotations["deployment.kubernetes.io/revision"],
        .metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"],
        .metadata.creationTimestamp,
        .metadata.generation,
        .metadata.managedFields,
        .metadata.resourceVersion,
        .metadata.uid
      )
    | if .metadata.annotations == {} then del(.metadata.annotations) else . end
  ]
}
