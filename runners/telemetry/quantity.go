package telemetry

// Quantity is what a series measures, whatever its exporter calls it.
type Quantity string

const (
	NoQuantity Quantity = "" // recorded, and used by no calculation

	// Of devices.
	Power            Quantity = "power"             // W, now or averaged over an instant
	EnergyCounter    Quantity = "energy"            // J since some moment
	Utilization      Quantity = "utilization"       // %
	MemoryUsed       Quantity = "memory used"       // bytes
	MemoryFree       Quantity = "memory free"       // bytes
	MemoryTotal      Quantity = "memory total"      // bytes
	Temperature      Quantity = "temperature"       // degC
	Clock            Quantity = "clock"             // Hz
	ThermalViolation Quantity = "thermal violation" // seconds for which the clock was held down by heat, counted up
	PowerViolation   Quantity = "power violation"   // seconds for which it was held down by the power limit, counted up
	ThermalShare     Quantity = "thermal share"     // % of time held down by heat, now
	ThrottleReasons  Quantity = "throttle reasons"  // NVIDIA's bits
	Health           Quantity = "health"            // 1: healthy, 0: not
	Faults           Quantity = "faults"            // an error code of the device, or a count of its errors; 0: none
	DeviceCount      Quantity = "devices"           // as the machine counts them

	// Of servers. All counters only grow, until the server starts anew.
	PromptTokens     Quantity = "prompt tokens"
	CachedTokens     Quantity = "cached tokens" // of the prompts, those found in the prefix cache
	GenerationTokens Quantity = "generation tokens"
	RequestsDone     Quantity = "requests done" // ended, in whatever way the server counts as success
	RequestsFailed   Quantity = "requests failed"
	Preemptions      Quantity = "preemptions"
	Running          Quantity = "running"  // requests now
	Waiting          Quantity = "waiting"  // requests now
	KVUsage          Quantity = "kv usage" // % of the cache for keys and values

	// Histograms of servers, in seconds.
	TTFT Quantity = "ttft"
	TPOT Quantity = "tpot" // a request's mean
	ITL  Quantity = "itl"  // a token's gap
	E2E  Quantity = "e2e"
)

// family is one entry of the allow-list: the only series that are kept.
type family struct {
	kind     string // of the source
	quantity Quantity
	unit     string
	scale    float64 // from the exporter's unit to ours
	sumBy    string  // when set: series are added up by this label, since there are too many to keep
}

// Kinds of sources, each known by its families.
const (
	kindDCGM     = "dcgm"     // NVIDIA's dcgm-exporter
	kindNVML     = "nvml"     // the driver of this machine
	kindNPU      = "npu"      // Ascend's npu-exporter
	kindAMD      = "amd"      // AMD's device-metrics-exporter
	kindNode     = "node"     // node_exporter
	kindIPMI     = "ipmi"     // ipmi_exporter
	kindVLLM     = "vllm"     // vLLM and vllm-ascend
	kindSGLang   = "sglang"   //
	kindTGI      = "tgi"      // text-generation-inference
	kindLlamaCPP = "llamacpp" // llama-server
	kindMindIE   = "mindie"   // /metrics and /metrics-json
)

// devices are the kinds whose series belong to one device each, and the labels that say which, the surest first.
var devices = map[string][]string{
	kindDCGM: {"UUID", "uuid", "gpu"},
	kindNVML: {"UUID"},
	kindNPU:  {"vdie_id", "id"},
	kindAMD:  {"gpu_uuid", "serial_number", "gpu_id"},
}

// kept are the labels of devices that are kept; those of pods and the like would only make more series of the same device.
var kept = map[string]bool{"UUID": true, "uuid": true, "gpu": true, "device": true, "modelName": true, "Hostname": true, "GPU_I_ID": true,
	"id": true, "vdie_id": true, "model_name": true,
	"gpu_id": true, "gpu_uuid": true, "serial_number": true, "card_model": true, "card_series": true, "hostname": true, "clock_type": true, "clock_index": true, "gpu_partition_id": true}

const (
	mib = 1 << 20
	mhz = 1e6
)

// families is the allow-list, by the name that the exporter uses. Histograms stand under their bare name.
var families = map[string]family{
	// dcgm-exporter, default-counters.csv and the fields that one adds for throttling.
	"DCGM_FI_DEV_POWER_USAGE":              {kindDCGM, Power, "W", 1, ""},
	"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": {kindDCGM, EnergyCounter, "J", 1e-3, ""},
	"DCGM_FI_DEV_GPU_UTIL":                 {kindDCGM, Utilization, "%", 1, ""},
	"DCGM_FI_DEV_MEM_COPY_UTIL":            {kindDCGM, NoQuantity, "%", 1, ""},
	"DCGM_FI_PROF_SM_ACTIVE":               {kindDCGM, NoQuantity, "%", 100, ""},
	"DCGM_FI_PROF_PIPE_TENSOR_ACTIVE":      {kindDCGM, NoQuantity, "%", 100, ""},
	"DCGM_FI_PROF_DRAM_ACTIVE":             {kindDCGM, NoQuantity, "%", 100, ""},
	"DCGM_FI_DEV_FB_USED":                  {kindDCGM, MemoryUsed, "bytes", mib, ""},
	"DCGM_FI_DEV_FB_FREE":                  {kindDCGM, MemoryFree, "bytes", mib, ""},
	"DCGM_FI_DEV_FB_TOTAL":                 {kindDCGM, MemoryTotal, "bytes", mib, ""},
	"DCGM_FI_DEV_GPU_TEMP":                 {kindDCGM, Temperature, "degC", 1, ""},
	"DCGM_FI_DEV_MEMORY_TEMP":              {kindDCGM, NoQuantity, "degC", 1, ""},
	"DCGM_FI_DEV_SM_CLOCK":                 {kindDCGM, Clock, "Hz", mhz, ""},
	"DCGM_FI_DEV_MEM_CLOCK":                {kindDCGM, NoQuantity, "Hz", mhz, ""},
	"DCGM_FI_DEV_POWER_MGMT_LIMIT":         {kindDCGM, NoQuantity, "W", 1, ""},
	"DCGM_FI_DEV_POWER_VIOLATION":          {kindDCGM, PowerViolation, "seconds", 1e-6, ""}, // or ns: see inUnits
	"DCGM_FI_DEV_THERMAL_VIOLATION":        {kindDCGM, ThermalViolation, "seconds", 1e-6, ""},
	"DCGM_FI_DEV_CLOCK_THROTTLE_REASONS":   {kindDCGM, ThrottleReasons, "bits", 1, ""},
	"DCGM_FI_DEV_CLOCKS_EVENT_REASONS":     {kindDCGM, ThrottleReasons, "bits", 1, ""},
	"DCGM_FI_DEV_XID_ERRORS":               {kindDCGM, NoQuantity, "code", 1, ""}, // of the last error, which may be long ago

	// Ascend npu-exporter. It has no energy counter, and its memory is in MB of 2^20 bytes.
	"machine_npu_nums":                                  {kindNPU, DeviceCount, "devices", 1, ""},
	"npu_chip_info_power":                               {kindNPU, Power, "W", 1, ""},
	"npu_chip_info_utilization":                         {kindNPU, Utilization, "%", 1, ""},
	"npu_chip_info_overall_utilization":                 {kindNPU, NoQuantity, "%", 1, ""},
	"npu_chip_info_vector_utilization":                  {kindNPU, NoQuantity, "%", 1, ""},
	"npu_chip_info_cube_utilization":                    {kindNPU, NoQuantity, "%", 1, ""},
	"npu_chip_info_temperature":                         {kindNPU, Temperature, "degC", 1, ""},
	"npu_chip_info_aicore_current_freq":                 {kindNPU, Clock, "Hz", mhz, ""},
	"npu_chip_info_hbm_used_memory":                     {kindNPU, MemoryUsed, "bytes", mib, ""},
	"npu_chip_info_hbm_total_memory":                    {kindNPU, MemoryTotal, "bytes", mib, ""},
	"npu_chip_info_used_memory":                         {kindNPU, NoQuantity, "bytes", mib, ""}, // of chips with DDR
	"npu_chip_info_total_memory":                        {kindNPU, NoQuantity, "bytes", mib, ""},
	"npu_chip_info_health_status":                       {kindNPU, Health, "", 1, ""},
	"npu_chip_info_error_code":                          {kindNPU, Faults, "code", 1, ""},
	"npu_chip_info_hbm_utilization":                     {kindNPU, NoQuantity, "%", 1, ""},
	"gpu_package_power":                                 {kindAMD, Power, "W", 1, ""},
	"gpu_average_package_power":                         {kindAMD, Power, "W", 1, ""},
	"gpu_power_usage":                                   {kindAMD, Power, "W", 1, ""},
	"gpu_energy_consumed":                               {kindAMD, EnergyCounter, "J", 1e-6, ""},
	"gpu_gfx_activity":                                  {kindAMD, Utilization, "%", 1, ""},
	"gpu_umc_activity":                                  {kindAMD, NoQuantity, "%", 1, ""},
	"gpu_used_vram":                                     {kindAMD, MemoryUsed, "bytes", mib, ""},
	"gpu_free_vram":                                     {kindAMD, MemoryFree, "bytes", mib, ""},
	"gpu_total_vram":                                    {kindAMD, MemoryTotal, "bytes", mib, ""},
	"gpu_junction_temperature":                          {kindAMD, Temperature, "degC", 1, ""},
	"gpu_edge_temperature":                              {kindAMD, Temperature, "degC", 1, ""},
	"gpu_memory_temperature":                            {kindAMD, NoQuantity, "degC", 1, ""},
	"gpu_clock":                                         {kindAMD, NoQuantity, "Hz", mhz, ""},
	"gpu_nodes_total":                                   {kindAMD, DeviceCount, "devices", 1, ""},
	"gpu_violation_ppt_residency_percentage":            {kindAMD, NoQuantity, "%", 1, ""},
	"gpu_violation_processor_hot_residency_percentage":  {kindAMD, ThermalShare, "%", 1, ""},
	"gpu_violation_socket_thermal_residency_percentage": {kindAMD, ThermalShare, "%", 1, ""},
	"gpu_violation_vr_thermal_residency_percentage":     {kindAMD, ThermalShare, "%", 1, ""},
	"gpu_violation_hbm_thermal_residency_percentage":    {kindAMD, ThermalShare, "%", 1, ""},

	// The machine around them.
	"node_cpu_seconds_total":                    {kindNode, NoQuantity, "seconds", 1, "mode"},
	"node_load1":                                {kindNode, NoQuantity, "", 1, ""},
	"node_memory_MemAvailable_bytes":            {kindNode, NoQuantity, "bytes", 1, ""},
	"node_memory_MemTotal_bytes":                {kindNode, NoQuantity, "bytes", 1, ""},
	"node_rapl_package_joules_total":            {kindNode, NoQuantity, "J", 1, ""},
	"node_rapl_dram_joules_total":               {kindNode, NoQuantity, "J", 1, ""},
	"node_hwmon_power_average_watt":             {kindNode, NoQuantity, "W", 1, ""},
	"ipmi_dcmi_power_consumption_watts":         {kindIPMI, NoQuantity, "W", 1, ""},
	"ipmi_dcmi_power_consumption_current_watts": {kindIPMI, NoQuantity, "W", 1, ""},

	// vLLM, old names beside new ones.
	"vllm:prompt_tokens_total":                   {kindVLLM, PromptTokens, "tokens", 1, ""},
	"vllm:prompt_tokens_cached_total":            {kindVLLM, CachedTokens, "tokens", 1, ""},
	"vllm:generation_tokens_total":               {kindVLLM, GenerationTokens, "tokens", 1, ""},
	"vllm:request_success_total":                 {kindVLLM, RequestsDone, "requests", 1, ""},
	"vllm:num_preemptions_total":                 {kindVLLM, Preemptions, "", 1, ""},
	"vllm:num_requests_running":                  {kindVLLM, Running, "requests", 1, ""},
	"vllm:num_requests_waiting":                  {kindVLLM, Waiting, "requests", 1, ""},
	"vllm:kv_cache_usage_perc":                   {kindVLLM, KVUsage, "%", 100, ""}, // a share, in spite of its name
	"vllm:gpu_cache_usage_perc":                  {kindVLLM, KVUsage, "%", 100, ""},
	"vllm:prefix_cache_hits_total":               {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:prefix_cache_queries_total":            {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:gpu_prefix_cache_hits_total":           {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:gpu_prefix_cache_queries_total":        {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:spec_decode_num_drafts_total":          {kindVLLM, NoQuantity, "", 1, ""},
	"vllm:spec_decode_num_draft_tokens_total":    {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:spec_decode_num_accepted_tokens_total": {kindVLLM, NoQuantity, "tokens", 1, ""},
	"vllm:time_to_first_token_seconds":           {kindVLLM, TTFT, "seconds", 1, ""},
	"vllm:request_time_per_output_token_seconds": {kindVLLM, TPOT, "seconds", 1, ""},
	"vllm:inter_token_latency_seconds":           {kindVLLM, ITL, "seconds", 1, ""},
	"vllm:time_per_output_token_seconds":         {kindVLLM, ITL, "seconds", 1, ""}, // the old name of the same
	"vllm:e2e_request_latency_seconds":           {kindVLLM, E2E, "seconds", 1, ""},
	"vllm:request_queue_time_seconds":            {kindVLLM, NoQuantity, "seconds", 1, ""},

	"sglang:prompt_tokens_total":           {kindSGLang, PromptTokens, "tokens", 1, ""},
	"sglang:generation_tokens_total":       {kindSGLang, GenerationTokens, "tokens", 1, ""},
	"sglang:cached_tokens_total":           {kindSGLang, CachedTokens, "tokens", 1, ""},
	"sglang:num_requests_total":            {kindSGLang, RequestsDone, "requests", 1, ""},
	"sglang:num_retracted_reqs":            {kindSGLang, NoQuantity, "requests", 1, ""}, // of the last step
	"sglang:num_running_reqs":              {kindSGLang, Running, "requests", 1, ""},
	"sglang:num_queue_reqs":                {kindSGLang, Waiting, "requests", 1, ""},
	"sglang:token_usage":                   {kindSGLang, KVUsage, "%", 100, ""},
	"sglang:cache_hit_rate":                {kindSGLang, NoQuantity, "%", 100, ""},
	"sglang:gen_throughput":                {kindSGLang, NoQuantity, "tokens/s", 1, ""},
	"sglang:time_to_first_token_seconds":   {kindSGLang, TTFT, "seconds", 1, ""},
	"sglang:inter_token_latency_seconds":   {kindSGLang, ITL, "seconds", 1, ""},
	"sglang:time_per_output_token_seconds": {kindSGLang, ITL, "seconds", 1, ""},
	"sglang:e2e_request_latency_seconds":   {kindSGLang, E2E, "seconds", 1, ""},

	"tgi_request_count":                        {kindTGI, NoQuantity, "requests", 1, ""},
	"tgi_request_success":                      {kindTGI, RequestsDone, "requests", 1, ""},
	"tgi_request_failure":                      {kindTGI, RequestsFailed, "requests", 1, ""},
	"tgi_request_duration":                     {kindTGI, E2E, "seconds", 1, ""},
	"tgi_request_queue_duration":               {kindTGI, NoQuantity, "seconds", 1, ""},
	"tgi_request_mean_time_per_token_duration": {kindTGI, TPOT, "seconds", 1, ""},
	"tgi_request_generated_tokens":             {kindTGI, GenerationTokens, "tokens", 1, ""}, // a histogram whose sum counts
	"tgi_request_input_length":                 {kindTGI, PromptTokens, "tokens", 1, ""},     // likewise
	"tgi_queue_size":                           {kindTGI, Waiting, "requests", 1, ""},
	"tgi_batch_current_size":                   {kindTGI, Running, "requests", 1, ""},

	"llamacpp:prompt_tokens_total":            {kindLlamaCPP, PromptTokens, "tokens", 1, ""},
	"llamacpp:tokens_predicted_total":         {kindLlamaCPP, GenerationTokens, "tokens", 1, ""},
	"llamacpp:prompt_seconds_total":           {kindLlamaCPP, NoQuantity, "seconds", 1, ""},
	"llamacpp:tokens_predicted_seconds_total": {kindLlamaCPP, NoQuantity, "seconds", 1, ""},
	"llamacpp:requests_processing":            {kindLlamaCPP, Running, "requests", 1, ""},
	"llamacpp:requests_deferred":              {kindLlamaCPP, Waiting, "requests", 1, ""},
	"llamacpp:kv_cache_usage_ratio":           {kindLlamaCPP, KVUsage, "%", 100, ""},
	"llamacpp:n_busy_slots_per_decode":        {kindLlamaCPP, NoQuantity, "", 1, ""},

	// MindIE's names are bare. The unit of what /metrics-json calls TTFT and TBT is not documented, so nothing is computed of them.
	"request_received_total":        {kindMindIE, NoQuantity, "requests", 1, ""},
	"request_success_total":         {kindMindIE, RequestsDone, "requests", 1, ""},
	"request_failed_total":          {kindMindIE, RequestsFailed, "requests", 1, ""},
	"num_preemptions_total":         {kindMindIE, Preemptions, "", 1, ""},
	"num_requests_running":          {kindMindIE, Running, "requests", 1, ""},
	"num_requests_waiting":          {kindMindIE, Waiting, "requests", 1, ""},
	"prompt_tokens_total":           {kindMindIE, PromptTokens, "tokens", 1, ""},
	"generation_tokens_total":       {kindMindIE, GenerationTokens, "tokens", 1, ""},
	"npu_cache_usage_perc":          {kindMindIE, KVUsage, "%", 100, ""},
	"time_to_first_token_seconds":   {kindMindIE, TTFT, "seconds", 1, ""},
	"time_per_output_token_seconds": {kindMindIE, ITL, "seconds", 1, ""},
	"e2e_request_latency_seconds":   {kindMindIE, E2E, "seconds", 1, ""},
	"TTFT":                          {kindMindIE, NoQuantity, "", 1, ""},
	"TBT":                           {kindMindIE, NoQuantity, "", 1, ""},
	"waitingInferRequestNum":        {kindMindIE, Waiting, "requests", 1, ""},
	"processingInferRequestNum":     {kindMindIE, Running, "requests", 1, ""},
	"remainBlocks":                  {kindMindIE, NoQuantity, "blocks", 1, ""},

	// The local driver, under names of ours.
	"nvml_power":             {kindNVML, Power, "W", 1, ""},
	"nvml_energy":            {kindNVML, EnergyCounter, "J", 1, ""},
	"nvml_utilization":       {kindNVML, Utilization, "%", 1, ""},
	"nvml_memory_used":       {kindNVML, MemoryUsed, "bytes", 1, ""},
	"nvml_memory_total":      {kindNVML, MemoryTotal, "bytes", 1, ""},
	"nvml_temperature":       {kindNVML, Temperature, "degC", 1, ""},
	"nvml_sm_clock":          {kindNVML, Clock, "Hz", 1, ""},
	"nvml_throttle_reasons":  {kindNVML, ThrottleReasons, "bits", 1, ""},
	"nvml_thermal_violation": {kindNVML, ThermalViolation, "seconds", 1, ""},
	"nvml_power_violation":   {kindNVML, PowerViolation, "seconds", 1, ""},
}
