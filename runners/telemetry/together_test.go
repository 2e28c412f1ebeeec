package telemetry

import (
	"testing"
	"time"
)

// Devices that are read at other moments, and one that two sources report, add up to what they take together.
func TestTogether(t *testing.T) {
	start := time.Unix(1000, 0)
	var samples []Sample
	for i := range 10 {
		for device, shift := range []time.Duration{0, 300 * time.Millisecond} {
			at := start.Add(time.Duration(i)*time.Second + shift)
			labels := Labels(map[string]string{"UUID": "GPU-" + string(rune('a'+device)), "gpu": string(rune('0' + device))})
			for _, source := range []string{"dcgm@box:9400", "nvml"} {
				metric := map[string]string{"dcgm@box:9400": "DCGM_FI_DEV_POWER_USAGE", "nvml": "nvml_power"}[source]
				samples = append(samples, Sample{source, metric, labels, "W", at, 100 + 10*at.Sub(start).Seconds()})
			}
		}
	}
	r := NewRecord(samples)
	points, n := r.Together(Power, start, start.Add(time.Minute), nil)
	if n != 2 || len(points) != 9 { // the second device was not read yet at the first moment
		t.Fatalf("%d devices, %d moments", n, len(points))
	}
	for _, p := range points {
		if want := 2 * (100 + 10*p.Time.Sub(start).Seconds()); p.Value < want-1e-6 || p.Value > want+1e-6 {
			t.Errorf("%v: %v, want %v", p.Time, p.Value, want)
		}
	}
	if points, n := r.Together(Temperature, start, start.Add(time.Minute), nil); n != 0 || points != nil {
		t.Errorf("%d devices tell a temperature: %v", n, points)
	}
}
