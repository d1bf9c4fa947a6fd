// Tells at which level calls are written down by a policy, with Kubernetes' own code.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
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
	}
}
