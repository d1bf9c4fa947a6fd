// Command kubernetes is what an API server does with an object, in one process and without a store.
//
//	kubernetes types   writes the types of all kinds, with what a patch merges lists by
//	kubernetes apply   reads {"before": …, "after": …} a line; answers what `kubectl apply` would make of it
//
// Before may be missing: then the object is created. Admission plugins and custom resources are not in it.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"k8s.io/kubernetes/pkg/capabilities"
)

func main() {
	out := json.NewEncoder(os.Stdout)
	if os.Args[1] == "types" {
		out.SetIndent("", " ")
		check(out.Encode(types()))
		return
	}
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var asked question
		check(json.Unmarshal(lines.Bytes(), &asked))
		check(out.Encode(asked.answer()))
	}
	check(lines.Err())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
