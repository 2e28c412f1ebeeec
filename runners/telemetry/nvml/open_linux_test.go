//go:build linux && cgo

package nvml

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/NVIDIA/go-nvml/pkg/nvml"
	"github.com/NVIDIA/go-nvml/pkg/nvml/mock"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
)

// driver plays a machine with n cards of 300 W, the last of which is too old for energy counters and violations.
func driver(n int, now func() time.Time) *mock.Interface {
	began := now()
	devices := make([]*mock.Device, n)
	for i := range devices {
		old := i == n-1
		devices[i] = &mock.Device{
			GetUUIDFunc:       func() (string, nvml.Return) { return "GPU-" + string(rune('a'+i)), nvml.SUCCESS },
			GetNameFunc:       func() (string, nvml.Return) { return "NVIDIA H100", nvml.SUCCESS },
			GetPowerUsageFunc: func() (uint32, nvml.Return) { return 300_000, nvml.SUCCESS },
			GetTotalEnergyConsumptionFunc: func() (uint64, nvml.Return) {
				if old {
					return 0, nvml.ERROR_NOT_SUPPORTED
				}
				return uint64(300 * now().Sub(began).Milliseconds()), nvml.SUCCESS
			},
			GetUtilizationRatesFunc: func() (nvml.Utilization, nvml.Return) { return nvml.Utilization{Gpu: 75}, nvml.SUCCESS },
			GetMemoryInfoFunc:       func() (nvml.Memory, nvml.Return) { return nvml.Memory{Total: 80 << 30, Used: 40 << 30}, nvml.SUCCESS },
			GetTemperatureFunc:      func(nvml.TemperatureSensors) (uint32, nvml.Return) { return 60, nvml.SUCCESS },
			GetClockInfoFunc:        func(nvml.ClockType) (uint32, nvml.Return) { return 1980, nvml.SUCCESS },
			GetCurrentClocksEventReasonsFunc: func() (uint64, nvml.Return) {
				return 0, nvml.ERROR_FUNCTION_NOT_FOUND
			},
			GetCurrentClocksThrottleReasonsFunc: func() (uint64, nvml.Return) { return 0x20, nvml.SUCCESS },
			GetViolationStatusFunc: func(nvml.PerfPolicyType) (nvml.ViolationTime, nvml.Return) {
				if old {
					return nvml.ViolationTime{}, nvml.ERROR_NOT_SUPPORTED
				}
				return nvml.ViolationTime{ViolationTime: 2_000_000_000}, nvml.SUCCESS
			},
		}
	}
	return &mock.Interface{
		InitFunc: func() nvml.Return { return nvml.SUCCESS }, ShutdownFunc: func() nvml.Return { return nvml.SUCCESS },
		ErrorStringFunc:    func(r nvml.Return) string { return "code" },
		DeviceGetCountFunc: func() (int, nvml.Return) { return n, nvml.SUCCESS },
		DeviceGetHandleByIndexFunc: func(i int) (nvml.Device, nvml.Return) {
			return devices[i], nvml.SUCCESS
		},
	}
}

func TestCards(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	cards, err := open(driver(2, func() time.Time { return at }), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	defer cards.Close()
	var all []telemetry.Sample
	from := at
	for range 11 {
		samples, err := cards.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, samples...)
		at = at.Add(time.Second)
	}
	record := telemetry.NewRecord(all)
	devices := record.Devices(nil)
	if len(devices) != 2 || devices[1].ID != "GPU-b" || devices[1].Index != "1" || devices[1].Model != "NVIDIA H100" {
		t.Fatalf("devices %+v", devices)
	}
	e := record.EnergyBetween(from, from.Add(10*time.Second), runners.Accelerators{Count: 2, Unit: "card"}, nil)
	if !e.Valid || e.Joules != 6000 || e.Method != telemetry.Mixed {
		t.Errorf("energy %+v, want 6000 J, one by its counter and one by its power", e)
	}
	units := map[string]string{}
	for _, s := range all {
		units[s.Metric] = s.Unit
		if s.Metric == "nvml_sm_clock" && s.Value != 1.98e9 || s.Metric == "nvml_thermal_violation" && s.Value != 2 || s.Metric == "nvml_throttle_reasons" && s.Value != 0x20 {
			t.Errorf("%+v", s)
		}
	}
	if len(units) != 10 {
		t.Errorf("metrics %v, want ten", units)
	}
}

func TestNoCards(t *testing.T) {
	now := time.Now
	if _, err := open(driver(0, now), now); !errors.Is(err, ErrAbsent) {
		t.Errorf("%v of a machine without cards", err)
	}
	missing := driver(1, now)
	missing.InitFunc = func() nvml.Return { return nvml.ERROR_LIBRARY_NOT_FOUND }
	if _, err := open(missing, now); !errors.Is(err, ErrAbsent) {
		t.Errorf("%v of a machine without a driver", err)
	}
	broken := driver(1, now)
	broken.DeviceGetHandleByIndexFunc = func(int) (nvml.Device, nvml.Return) { return nil, nvml.ERROR_GPU_IS_LOST }
	if _, err := open(broken, now); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf("%v of a card that is lost", err)
	}
}

// TestThisMachine opens whatever driver there is, and reads it.
func TestThisMachine(t *testing.T) {
	cards, err := Open(time.Now)
	if errors.Is(err, ErrAbsent) {
		if _, found := os.Stat("/dev/nvidia0"); found == nil {
			t.Errorf("%v, and /dev/nvidia0 is there", err)
		}
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer cards.Close()
	samples, err := cards.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(telemetry.NewRecord(samples).Describe(nil))
}
