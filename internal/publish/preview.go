package publish

import (
	"context"

	"byline/internal/render"
)

// Preview finds nothing: the publisher knows one revision, the one that is live.
func (p *Publisher) Preview(context.Context, string) (*render.Bundle, error) { return nil, nil }
