// Package fakemetrics plays metrics endpoints for tests: exporters of accelerators and a model server's own, in the formats that their
// documentation shows, over a clock that the test turns, with faults to be planted.
package fakemetrics

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"
	"time"
)

// Dialect is whose format a box speaks.
type Dialect string

const (
	DCGM Dialect = "dcgm" // dcgm-exporter: energy counters, no times
	NPU  Dialect = "npu"  // npu-exporter: power, and a time with each sample
	AMD  Dialect = "amd"  // device-metrics-exporter: energy counters in µJ, no times
)

// Box plays the exporter of a machine with accelerators. All its fields are to be set before it is asked.
type Box struct {
	Dialect Dialect
	Devices int
	Watts   func(device int, at time.Time) float64 // nil: 300 each
	Now     func() time.Time
	Began   time.Time     // the energy counters are 0 then
	Collect time.Duration // the exporter reads its devices so often, and repeats what it read meanwhile; 0: at each scrape

	// Faults.
	SilentFrom, SilentTo time.Time     // answers with 503
	ResetAt              time.Time     // the energy counters start anew
	FrozenFrom           time.Time     // what was read then is repeated, with its time, for ever
	Hot                  float64       // share of the time since Began in which heat holds clocks down
	Sick                 bool          // device 0 reports an error
	Skew                 time.Duration // by which the clock of its times is ahead; behind when negative

	mu     sync.Mutex
	energy []float64 // J of each device up to at
	at     time.Time
}

var _ http.Handler = (*Box)(nil)

func (b *Box) watts(device int, at time.Time) float64 {
	if b.Watts == nil {
		return 300
	}
	return b.Watts(device, at)
}

// advance integrates the energy up to a moment by steps of 5 ms, finer than any scrape.
func (b *Box) advance(to time.Time) {
	const step = 5 * time.Millisecond
	if b.energy == nil {
		b.energy, b.at = make([]float64, b.Devices), b.Began
	}
	for b.at.Before(to) {
		next := b.at.Add(step)
		if next.After(to) {
			next = to
		}
		if !b.ResetAt.IsZero() && b.at.Before(b.ResetAt) && !next.Before(b.ResetAt) {
			clear(b.energy)
		}
		for i := range b.energy {
			b.energy[i] += (b.watts(i, b.at) + b.watts(i, next)) / 2 * next.Sub(b.at).Seconds()
		}
		b.at = next
	}
}

// ServeHTTP answers a scrape.
func (b *Box) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Now()
	if !b.SilentFrom.IsZero() && !now.Before(b.SilentFrom) && now.Before(b.SilentTo) {
		http.Error(w, "the exporter is restarting", http.StatusServiceUnavailable)
		return
	}
	if !b.FrozenFrom.IsZero() && now.After(b.FrozenFrom) {
		now = b.FrozenFrom
	}
	if b.Collect > 0 {
		now = b.Began.Add(now.Sub(b.Began).Truncate(b.Collect))
	}
	b.advance(now)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	switch b.Dialect {
	case NPU:
		b.npu(w, now)
	case AMD:
		b.amd(w, now)
	default:
		b.dcgm(w, now)
	}
}

func (b *Box) dcgm(w io.Writer, now time.Time) {
	hot := b.Hot * now.Sub(b.Began).Seconds()
	for _, m := range []struct {
		name, kind, help string
		value            func(i int) float64
	}{
		{"DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz).", func(int) float64 { return 1980 }},
		{"DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C).", func(i int) float64 { return 60 + float64(i) }},
		{"DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (in W).", func(i int) float64 { return b.watts(i, now) }},
		{"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Total energy consumption since boot (in mJ).", func(i int) float64 { return math.Floor(1e3 * b.energy[i]) }},
		{"DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %).", func(int) float64 { return 90 }},
		{"DCGM_FI_DEV_FB_USED", "gauge", "Framebuffer memory used (in MiB).", func(int) float64 { return 40960 }},
		{"DCGM_FI_DEV_FB_FREE", "gauge", "Framebuffer memory free (in MiB).", func(int) float64 { return 40960 }},
		{"DCGM_FI_DEV_THERMAL_VIOLATION", "counter", "Throttling duration due to thermal constraints (in us).", func(int) float64 { return math.Floor(1e6 * hot) }},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", m.name, m.help, m.name, m.kind)
		for i := range b.Devices {
			fmt.Fprintf(w, "%s{gpu=\"%d\",UUID=\"GPU-%08d\",pci_bus_id=\"00000000:%02X:00.0\",device=\"nvidia%d\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"box\"} %v\n",
				m.name, i, i, i, i, m.value(i))
		}
	}
}

func (b *Box) npu(w io.Writer, now time.Time) {
	fmt.Fprintf(w, "# HELP machine_npu_nums Amount of npu installed on the machine.\n# TYPE machine_npu_nums gauge\nmachine_npu_nums %d\n", b.Devices)
	for _, m := range []struct {
		name  string
		value func(i int) float64
	}{
		{"npu_chip_info_aicore_current_freq", func(int) float64 { return 1000 }},
		{"npu_chip_info_error_code", func(i int) float64 {
			if b.Sick && i == 0 {
				return 2.164269056e9
			}
			return 0
		}},
		{"npu_chip_info_hbm_total_memory", func(int) float64 { return 65536 }},
		{"npu_chip_info_hbm_used_memory", func(int) float64 { return 32768 }},
		{"npu_chip_info_health_status", func(i int) float64 {
			if b.Sick && i == 0 {
				return 0
			}
			return 1
		}},
		{"npu_chip_info_power", func(i int) float64 { return math.Round(10*b.watts(i, now)) / 10 }},
		{"npu_chip_info_utilization", func(int) float64 { return 80 }},
	} {
		fmt.Fprintf(w, "# HELP %s the npu %s\n# TYPE %s gauge\n", m.name, m.name, m.name)
		for i := range b.Devices {
			fmt.Fprintf(w, "%s{container_name=\"\",id=\"%d\",model_name=\"910B-Ascend-V1\",namespace=\"\",pcie_bus_info=\"0000:%02X:00.0\",pod_name=\"\",vdie_id=\"0000000%d-00000000-00000000-00000000-00000000\"} %v %d\n",
				m.name, i, i, i, m.value(i), now.Add(b.Skew).UnixMilli())
		}
	}
}

func (b *Box) amd(w io.Writer, now time.Time) {
	fmt.Fprintf(w, "# HELP gpu_nodes_total Number of GPUs\n# TYPE gpu_nodes_total gauge\ngpu_nodes_total{hostname=\"box\"} %d\n", b.Devices)
	for _, m := range []struct {
		name  string
		value func(i int) float64
	}{
		{"gpu_energy_consumed", func(i int) float64 { return 1e6 * b.energy[i] }},
		{"gpu_gfx_activity", func(int) float64 { return 85 }},
		{"gpu_package_power", func(i int) float64 { return math.Round(b.watts(i, now)) }},
		{"gpu_power_usage", func(i int) float64 { return math.Round(b.watts(i, now)) }},
		{"gpu_used_vram", func(int) float64 { return 131072 }},
		{"gpu_violation_hbm_thermal_residency_percentage", func(int) float64 { return 0 }},
		{"gpu_violation_socket_thermal_residency_percentage", func(int) float64 { return 100 * b.Hot }},
	} {
		fmt.Fprintf(w, "# HELP %s of the GPU\n# TYPE %s gauge\n", m.name, m.name)
		for i := range b.Devices {
			fmt.Fprintf(w, "%s{card_model=\"MI300X\",gpu_id=\"%d\",gpu_partition_id=\"0\",gpu_uuid=\"uuid-%d\",hostname=\"box\",serial_number=\"SN%d\"} %v\n", m.name, i, i, i, m.value(i))
		}
	}
}
