//go:build linux && cgo

package nvml

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/viva-eval/viva/runners/telemetry"
)

// Cards are the NVIDIA cards of this machine.
type Cards struct {
	library nvml.Interface
	now     func() time.Time
	host    string
	cards   []card
}

type card struct {
	nvml.Device
	labels string
}

var _ telemetry.Reader = (*Cards)(nil)

// Open finds the driver and its cards. Without them the error is [ErrAbsent].
func Open(now func() time.Time) (*Cards, error) { return open(nvml.New(), now) }

func open(library nvml.Interface, now func() time.Time) (*Cards, error) {
	switch ret := library.Init(); ret {
	case nvml.SUCCESS:
	case nvml.ERROR_LIBRARY_NOT_FOUND, nvml.ERROR_DRIVER_NOT_LOADED, nvml.ERROR_NO_PERMISSION:
		return nil, fmt.Errorf("%w: %s", ErrAbsent, library.ErrorString(ret))
	default:
		return nil, fmt.Errorf("open nvml: %s", library.ErrorString(ret))
	}
	c := &Cards{library: library, now: now, host: "localhost"}
	if name, err := os.Hostname(); err == nil {
		c.host = name
	}
	n, ret := library.DeviceGetCount()
	if ret != nvml.SUCCESS {
		c.Close()
		return nil, fmt.Errorf("count nvml devices: %s", library.ErrorString(ret))
	}
	for i := range n {
		d, ret := library.DeviceGetHandleByIndex(i)
		if ret != nvml.SUCCESS {
			c.Close()
			return nil, fmt.Errorf("open nvml device %d: %s", i, library.ErrorString(ret))
		}
		labels := map[string]string{"gpu": strconv.Itoa(i)}
		if id, ret := d.GetUUID(); ret == nvml.SUCCESS {
			labels["UUID"] = id
		}
		if name, ret := d.GetName(); ret == nvml.SUCCESS {
			labels["modelName"] = name
		}
		c.cards = append(c.cards, card{d, telemetry.Labels(labels)})
	}
	if n == 0 {
		c.Close()
		return nil, ErrAbsent
	}
	return c, nil
}

// Name is what the reader is called.
func (*Cards) Name() string { return "nvml" }

// Close lets the library go.
func (c *Cards) Close() { c.library.Shutdown() }

// Read asks each card. What one does not tell is left out.
func (c *Cards) Read(context.Context) ([]telemetry.Sample, error) {
	var out []telemetry.Sample
	for i := range c.cards {
		d := &c.cards[i]
		at := c.now()
		add := func(metric, unit string, value float64, ret nvml.Return) {
			if ret == nvml.SUCCESS {
				out = append(out, telemetry.Sample{Source: "nvml@" + c.host, Metric: metric, Labels: d.labels, Unit: unit, Time: at, Value: value})
			}
		}
		energy, ret := d.GetTotalEnergyConsumption() // mJ since the driver was loaded
		add("nvml_energy", "J", float64(energy)/1e3, ret)
		power, ret := d.GetPowerUsage() // mW
		add("nvml_power", "W", float64(power)/1e3, ret)
		use, ret := d.GetUtilizationRates()
		add("nvml_utilization", "%", float64(use.Gpu), ret)
		memory, ret := d.GetMemoryInfo()
		add("nvml_memory_used", "bytes", float64(memory.Used), ret)
		add("nvml_memory_total", "bytes", float64(memory.Total), ret)
		degrees, ret := d.GetTemperature(nvml.TEMPERATURE_GPU)
		add("nvml_temperature", "degC", float64(degrees), ret)
		clock, ret := d.GetClockInfo(nvml.CLOCK_SM) // MHz
		add("nvml_sm_clock", "Hz", 1e6*float64(clock), ret)
		reasons, ret := d.GetCurrentClocksEventReasons()
		if ret != nvml.SUCCESS { // the name that older drivers know
			reasons, ret = d.GetCurrentClocksThrottleReasons()
		}
		add("nvml_throttle_reasons", "bits", float64(reasons), ret)
		hot, ret := d.GetViolationStatus(nvml.PERF_POLICY_THERMAL) // ns
		add("nvml_thermal_violation", "seconds", float64(hot.ViolationTime)/1e9, ret)
		capped, ret := d.GetViolationStatus(nvml.PERF_POLICY_POWER)
		add("nvml_power_violation", "seconds", float64(capped.ViolationTime)/1e9, ret)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read nvml: none of %d cards tells anything", len(c.cards))
	}
	return out, nil
}
