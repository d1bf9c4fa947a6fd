// Tells at which level calls are written down by a policy, and how, with Kubernetes' own code.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	authentication "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/apis/audit"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/plugin/pkg/audit/log"
)

type call struct {
	User      string
	Groups    []string
	Verb      string
	Namespace string
	Group     string
	Resource  string
	Part      string
	Path      string
}

func main() {
	read, err := policy.LoadPolicyFromFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	written := log.NewBackend(os.Stderr, log.FormatJson, auditv1.SchemeGroupVersion)
	evaluator := policy.NewPolicyRuleEvaluator(read)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var each call
		if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
			panic(err)
		}
		told := evaluator.EvaluatePolicyRule(authorizer.AttributesRecord{
			User:            &user.DefaultInfo{Name: each.User, Groups: each.Groups},
			Verb:            each.Verb,
			Namespace:       each.Namespace,
			APIGroup:        each.Group,
			Resource:        each.Resource,
			Subresource:     each.Part,
			ResourceRequest: each.Path == "",
			Path:            each.Path,
		})
		fmt.Println(told.Level)
		at := metav1.NewMicroTime(time.Date(2026, 11, 30, 20, 0, 0, 123456000, time.UTC))
		written.ProcessEvents(&audit.Event{
			Level:                    told.Level,
			AuditID:                  "0af76519-16cd-43dd-8448-eb211c80319c",
			Stage:                    audit.StageResponseComplete,
			RequestURI:               each.Path,
			Verb:                     each.Verb,
			User:                     authentication.UserInfo{Username: each.User, Groups: each.Groups},
			SourceIPs:                []string{"10.0.0.7"},
			UserAgent:                "kubectl/v1.34.2",
			ObjectRef:                &audit.ObjectReference{Resource: each.Resource, Namespace: each.Namespace},
			ResponseStatus:           &metav1.Status{Code: 403, Reason: metav1.StatusReasonForbidden},
			RequestReceivedTimestamp: at,
			StageTimestamp:           at,
			Annotations:              map[string]string{"authorization.k8s.io/decision": "forbid"},
		})
	}
}
