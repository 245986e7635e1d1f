package render

// Prepared lists the paths of the pages whose views were made.
func (b *Bundle) Prepared() []string {
	var paths []string
	for p, r := range b.resources {
		if r.prepare != nil && r.key != "" {
			paths = append(paths, p)
		}
	}
	return paths
}

// Answers is how many answers of the change feed are kept.
func (b *Bundle) Answers() int { return len(b.answers.kept) }
