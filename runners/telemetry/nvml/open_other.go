//go:build !(linux && cgo)

package nvml

import (
	"context"
	"time"

	"github.com/viva-eval/viva/runners/telemetry"
)

// Cards are the NVIDIA cards of this machine, of which this build can read none.
type Cards struct{}

var _ telemetry.Reader = (*Cards)(nil)

// Open always fails with [ErrAbsent].
func Open(func() time.Time) (*Cards, error) { return nil, ErrAbsent }

// Name is what the reader is called.
func (*Cards) Name() string { return "nvml" }

// Read always fails with [ErrAbsent].
func (*Cards) Read(context.Context) ([]telemetry.Sample, error) { return nil, ErrAbsent }

// Close does nothing.
func (*Cards) Close() {}
