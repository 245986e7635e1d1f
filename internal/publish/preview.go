package publish

import (
	"context"

	"byline/internal/render"
)

// Preview finds nothing: a directory has one revision, which is live.
func (p *Publisher) Preview(context.Context, string) (*render.Bundle, error) { return nil, nil }
