// The types of Kubernetes' objects, as a table.

package main

import (
	"path"
	"reflect"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// A field is written as "string", "int", "bool", "float", "quantity", "int-or-string", "bytes", "any", "@" and
// the name of a struct, "{}" and what a map holds, "[]" and what a list holds, or "[key]" where a patch merges the
// items by a key; "[=]" where it merges values. "!" after a key, or before a struct, says that members which are not
// written go (retainKeys), "=" before it that it is replaced, "*" that nothing and empty differ (a pointer).
type table struct {
	Kinds map[string]string            `json:"kinds"`
	Types map[string]map[string]string `json:"types"`
}

var leaves = map[reflect.Type]string{
	reflect.TypeOf(resource.Quantity{}):    "quantity",
	reflect.TypeOf(intstr.IntOrString{}):   "int-or-string",
	reflect.TypeOf(metav1.Time{}):          "string",
	reflect.TypeOf(metav1.MicroTime{}):     "string",
	reflect.TypeOf(metav1.Duration{}):      "string",
	reflect.TypeOf(metav1.FieldsV1{}):      "any",
	reflect.TypeOf(runtime.RawExtension{}): "any",
	reflect.TypeOf([]byte{}):               "bytes",
	reflect.TypeOf(apiextensions.JSON{}):   "any",
}

func types() table {
	found := table{map[string]string{}, map[string]map[string]string{}}
	check(apiextensions.AddToScheme(scheme.Scheme))
	check(apiregistration.AddToScheme(scheme.Scheme))
	for kind, of := range scheme.Scheme.AllKnownTypes() {
		if stable(kind) {
			_, hasMeta := of.FieldByName("ObjectMeta")
			if hasMeta {
				found.Kinds[kind.GroupVersion().String()+" "+kind.Kind] = found.of(of)[1:]
			}
		}
	}
	return found
}

func stable(kind schema.GroupVersionKind) bool {
	return !strings.Contains(kind.Version, "alpha") && !strings.Contains(kind.Version, "beta") && kind.Group != "internal.apiserver.k8s.io"
}

func (t table) of(of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		return "*" + t.of(of.Elem())
	}
	if leaf, is := leaves[of]; is {
		return leaf
	}
	switch of.Kind() {
	case reflect.Struct:
		if of.PkgPath() == "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1" && strings.HasPrefix(of.Name(), "JSONSchema") {
			return "any"
		}
		name := path.Base(path.Dir(of.PkgPath())) + "." + of.Name()
		if version := path.Base(of.PkgPath()); version != "v1" {
			name = path.Base(path.Dir(of.PkgPath())) + "/" + version + "." + of.Name()
		}
		if _, known := t.Types[name]; !known {
			t.Types[name] = map[string]string{}
			t.fields(t.Types[name], of)
		}
		return "@" + name
	case reflect.Map:
		return "{}" + t.of(of.Elem())
	case reflect.Slice:
		return "[]" + t.of(of.Elem())
	case reflect.Bool:
		return "bool"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.String:
		return "string"
	case reflect.Interface:
		return "any"
	}
	return "int"
}

func (t table) fields(into map[string]string, of reflect.Type) {
	for i := 0; i < of.NumField(); i++ {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			t.fields(into, field.Type)
			continue
		}
		if name == "" || name == "-" || name == "managedFields" {
			continue
		}
		kind := t.of(field.Type)
		strategy, key := field.Tag.Get("patchStrategy"), field.Tag.Get("patchMergeKey")
		if strings.HasPrefix(kind, "[]") && strings.Contains(strategy, "merge") {
			if key == "" {
				key = "="
			}
			if strings.Contains(strategy, "retainKeys") {
				key += "!"
			}
			kind = "[" + key + "]" + kind[2:]
		} else if strings.Contains(strategy, "retainKeys") {
			kind = "!" + kind
		} else if strings.Contains(strategy, "replace") {
			kind = "=" + kind
		}
		into[name] = kind
	}
}
