// What `kubectl apply` makes of an object: the three-way merge of the client, and the strategy of its kind in the server.

package main

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/core"

	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"

	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattributesclass"
)

type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

var strategies = map[string]strategy{
	"ClusterRole": clusterrole.Strategy, "ClusterRoleBinding": clusterrolebinding.Strategy, "ConfigMap": configmap.Strategy,
	"CronJob": cronjob.Strategy, "CSIDriver": csidriver.Strategy, "DaemonSet": daemonset.Strategy, "Deployment": deployment.Strategy,
	"EndpointSlice": endpointslice.Strategy,
	"HorizontalPodAutoscaler": horizontalpodautoscaler.Strategy, "Ingress": ingress.Strategy, "IngressClass": ingressclass.Strategy,
	"Job": job.Strategy, "LimitRange": limitrange.Strategy, "Namespace": namespace.Strategy, "NetworkPolicy": networkpolicy.Strategy,
	"PersistentVolume": persistentvolume.Strategy, "PersistentVolumeClaim": persistentvolumeclaim.Strategy,
	"PodDisruptionBudget": poddisruptionbudget.Strategy, "PriorityClass": priorityclass.Strategy, "ResourceQuota": resourcequota.Strategy,
	"ReplicaSet": replicaset.Strategy, "Role": role.Strategy, "RoleBinding": rolebinding.Strategy, "RuntimeClass": runtimeclass.Strategy, "Secret": secret.Strategy,
	"Service": service.Strategy, "ServiceAccount": serviceaccount.Strategy, "StatefulSet": statefulset.Strategy,
	"StorageClass": storageclass.Strategy, "VolumeAttributesClass": volumeattributesclass.Strategy,
}

var (
	known  = legacyscheme.Scheme
	codecs = serializer.NewCodecFactory(known, serializer.EnableStrict)
)

type question struct {
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
	// The status of what lives, such as that of a claim that is bound.
	Status json.RawMessage `json:"status"`
}

type answer struct {
	Accepted  bool            `json:"accepted"`
	Message   string          `json:"message,omitempty"`
	Unchanged bool            `json:"unchanged,omitempty"`
	Template  bool            `json:"template_changed,omitempty"`
	Unknown   bool            `json:"unknown,omitempty"`
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
}

func (q question) answer() (a answer) {
	defer func() {
		if problem := recover(); problem != nil {
			a = answer{Message: fmt.Sprint("panic: ", problem)}
		}
	}()
	var head struct{ Kind string }
	check(json.Unmarshal(q.After, &head))
	s := strategies[head.Kind]
	if s == nil {
		return answer{Unknown: true}
	}
	ctx := request.WithNamespace(context.Background(), "app")
	if len(q.Before) == 0 || string(q.Before) == "null" {
		obj, kind, err := create(ctx, s, q.After, nil)
		if err != nil {
			return answer{Message: err.Error()}
		}
		return answer{Accepted: true, After: written(obj, kind)}
	}
	was, kind, err := create(ctx, s, q.Before, q.Status)
	if err != nil {
		return answer{Message: "before: " + err.Error()}
	}
	a.Before = written(was, kind)
	now, kind, err := update(ctx, s, q, was)
	if err != nil {
		a.Message = err.Error()
		return a
	}
	a.Accepted, a.After = true, written(now, kind)
	a.Template = !equality.Semantic.DeepEqual(template(now), template(was))
	accessor, _ := meta.Accessor(now)
	before, _ := meta.Accessor(was)
	accessor.SetGeneration(before.GetGeneration())
	a.Unchanged = equality.Semantic.DeepEqual(now, was)
	return a
}

func decoded(raw []byte) (runtime.Object, schema.GroupVersionKind, error) {
	obj, kind, err := codecs.UniversalDeserializer().Decode(raw, nil, nil)
	if err != nil {
		return nil, schema.GroupVersionKind{}, err
	}
	known.Default(obj)
	return obj, *kind, nil
}

func internal(obj runtime.Object) runtime.Object {
	out, err := known.ConvertToVersion(obj, runtime.InternalGroupVersioner)
	check(err)
	return out
}

func written(obj runtime.Object, kind schema.GroupVersionKind) []byte {
	out, err := known.ConvertToVersion(obj.DeepCopyObject(), kind.GroupVersion())
	check(err)
	out.GetObjectKind().SetGroupVersionKind(kind)
	raw, err := json.Marshal(out)
	check(err)
	return raw
}

func asked(ctx context.Context, kind schema.GroupVersionKind) context.Context {
	return request.WithRequestInfo(ctx, &request.RequestInfo{APIGroup: kind.Group, APIVersion: kind.Version})
}

func create(ctx context.Context, s strategy, raw, status []byte) (runtime.Object, schema.GroupVersionKind, error) {
	versioned, kind, err := decoded(raw)
	if err != nil {
		return nil, kind, err
	}
	obj := internal(versioned)
	accessor, _ := meta.Accessor(obj)
	accessor.SetUID("00000000-0000-4000-8000-000000000001")
	accessor.SetCreationTimestamp(metav1.Now().Rfc3339Copy())
	s.PrepareForCreate(asked(ctx, kind), obj)
	if svc, is := obj.(*core.Service); is {
		allocate(svc)
	}
	if problems := s.Validate(asked(ctx, kind), obj); len(problems) > 0 {
		return nil, kind, problems.ToAggregate()
	}
	accessor.SetResourceVersion("1")
	if len(status) > 0 && string(status) != "null" {
		var fields map[string]json.RawMessage
		check(json.Unmarshal(written(obj, kind), &fields))
		fields["status"] = status
		raw, err := json.Marshal(fields)
		check(err)
		versioned, _, err := decoded(raw)
		check(err)
		obj = internal(versioned)
	}
	return obj, kind, nil
}

func update(ctx context.Context, s strategy, q question, was runtime.Object) (runtime.Object, schema.GroupVersionKind, error) {
	wanted, kind, err := decoded(q.After)
	if err != nil {
		return nil, kind, err
	}
	current := written(was, kind)
	sample, err := known.New(wanted.GetObjectKind().GroupVersionKind())
	check(err)
	lookup, err := strategicpatch.NewPatchMetaFromStruct(sample)
	check(err)
	patch, err := strategicpatch.CreateThreeWayMergePatch(q.Before, q.After, current, lookup, true)
	if err != nil {
		return nil, kind, err
	}
	merged, err := strategicpatch.StrategicMergePatchUsingLookupPatchMeta(current, patch, lookup)
	if err != nil {
		return nil, kind, err
	}
	versioned, _, err := decoded(merged)
	if err != nil {
		return nil, kind, err
	}
	now, old := internal(versioned), was.DeepCopyObject()
	if svc, is := now.(*core.Service); is {
		keep(svc, old.(*core.Service))
	}
	s.PrepareForUpdate(asked(ctx, kind), now, old)
	if svc, is := now.(*core.Service); is {
		allocate(svc)
	}
	if problems := s.ValidateUpdate(asked(ctx, kind), now, old); len(problems) > 0 {
		return nil, kind, problems.ToAggregate()
	}
	return now, kind, nil
}

func template(obj runtime.Object) any {
	switch o := obj.(type) {
	case *apps.Deployment:
		return o.Spec.Template
	case *apps.StatefulSet:
		return o.Spec.Template
	case *apps.DaemonSet:
		return o.Spec.Template
	}
	return nil
}

// The numbers and addresses that a server hands out: any would do.
func allocate(s *core.Service) {
	if s.Spec.Type == core.ServiceTypeExternalName {
		return
	}
	if s.Spec.ClusterIP == "" {
		s.Spec.ClusterIP = "10.96.0.10"
	}
	s.Spec.ClusterIPs = []string{s.Spec.ClusterIP}
	single := core.IPFamilyPolicySingleStack
	s.Spec.IPFamilyPolicy, s.Spec.IPFamilies = &single, []core.IPFamily{core.IPv4Protocol}
	balancer := s.Spec.Type == core.ServiceTypeLoadBalancer
	if balancer && s.Spec.ExternalTrafficPolicy == core.ServiceExternalTrafficPolicyLocal && s.Spec.HealthCheckNodePort == 0 {
		s.Spec.HealthCheckNodePort = 32000
	}
	if balancer || s.Spec.Type == core.ServiceTypeNodePort {
		for i := range s.Spec.Ports {
			if s.Spec.Ports[i].NodePort == 0 {
				s.Spec.Ports[i].NodePort = int32(31000 + i)
			}
		}
	}
}

// What the registry takes over from the old object where the new one does not say it.
func keep(now, was *core.Service) {
	if now.Spec.ClusterIP == "" {
		now.Spec.ClusterIP, now.Spec.ClusterIPs = was.Spec.ClusterIP, was.Spec.ClusterIPs
	}
	if now.Spec.Type == core.ServiceTypeClusterIP || now.Spec.Type == core.ServiceTypeExternalName {
		return
	}
	numbers := map[string]int32{}
	for _, port := range was.Spec.Ports {
		numbers[port.Name] = port.NodePort
	}
	for i := range now.Spec.Ports {
		if now.Spec.Ports[i].NodePort == 0 {
			now.Spec.Ports[i].NodePort = numbers[now.Spec.Ports[i].Name]
		}
	}
}
