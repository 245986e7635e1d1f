package article

import (
	"time"
	_ "time/tzdata" // the same zones on every machine
)

func madrid() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
}

// frontMatter is the shortest that has no finding.
const frontMatter = "---\ntitle: A title\ndate: 2026-05-13\n---\n"
