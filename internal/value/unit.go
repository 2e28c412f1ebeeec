package value

// unitTable is the closed table of units: the only conversions that are made. Words are folded to lower case, so that units
// that differ by case alone (Mb and MB) are read in their common office sense.
var unitTable = []struct {
	name, dim string
	factor    float64
	words     string
}{
	{"second", timeDim, 1, "second seconds sec secs s 秒 秒钟 सेकंड सेकेंड"},
	{"minute", timeDim, 60, "minute minutes min mins 分钟 मिनट मिनटों"},
	{"hour", timeDim, 3600, "hour hours hr hrs h 小时 个小时 钟头 个钟头 घंटा घंटे घंटों घण्टा घण्टे घण्टों"},
	{"day", timeDim, 86400, "day days 天 日 दिन दिनों दिवस"},
	{"working day", workDim, 1, "workday workdays 个工作日 工作日 个工作天 कार्यदिवस कार्यदिवसों"},
	{"week", timeDim, 604800, "week weeks wk wks 周 星期 个星期 礼拜 个礼拜 सप्ताह सप्ताहों हफ्ता हफ्ते हफ्तों हफ़्ता हफ़्ते हफ़्तों"},
	{"fortnight", timeDim, 1209600, "fortnight fortnights पखवाड़ा पखवाड़े"},
	{"month", monthDim, 1, "month months mo mos 个月 महीना महीने महीनों माह मास"},
	{"quarter", monthDim, 3, "quarters 个季度 季度"},
	{"year", monthDim, 12, "year years yr yrs 年 年度 साल सालों वर्ष वर्षों बरस"},
	{"ms", timeDim, 1e-3, "ms millisecond milliseconds 毫秒"},

	{"pp", ppDim, 1, "pp ppt ppts 百分点 个百分点"},
	{"bp", ppDim, 0.01, "bp bps 基点 个基点"},

	{"mg", "mass", 1e-6, "mg milligram milligrams 毫克"},
	{"g", "mass", 1e-3, "g gram grams gramme grammes 克 ग्राम"},
	{"kg", "mass", 1, "kg kgs ㎏ kilo kilos kilogram kilograms kilogramme kilogrammes 公斤 千克 किलो किलोग्राम किग्रा"},
	{"t", "mass", 1000, "tonne tonnes ton tons 吨 टन"},
	{"lb", "mass", 0.45359237, "lb lbs pound-mass"},

	{"mm", "length", 1e-3, "mm ㎜ millimetre millimetres millimeter millimeters 毫米 मिमी"},
	{"cm", "length", 1e-2, "cm ㎝ centimetre centimetres centimeter centimeters 厘米 सेमी"},
	{"m", "length", 1, "m metre metres meter meters 米 मीटर"},
	{"km", "length", 1000, "km ㎞ kilometre kilometres kilometer kilometers 公里 千米 किमी किलोमीटर"},
	{"in", "length", 0.0254, "inch inches 英寸"},
	{"ft", "length", 0.3048, "ft foot feet 英尺"},
	{"mile", "length", 1609.344, "mile miles 英里"},

	{"m²", "area", 1, "m² ㎡ sqm 平方米 平米"},
	{"ha", "area", 10000, "ha hectare hectares 公顷"},

	{"ml", "volume", 1e-3, "ml millilitre millilitres milliliter milliliters 毫升"},
	{"l", "volume", 1, "litre litres liter liters 升 लीटर"},
	{"m³", "volume", 1000, "m³ ㎥ 立方米"},

	{"B", "data", 1, "byte bytes 字节"},
	{"KB", "data", 1e3, "kb kilobyte kilobytes"},
	{"MB", "data", 1e6, "mb megabyte megabytes"},
	{"GB", "data", 1e9, "gb gigabyte gigabytes"},
	{"TB", "data", 1e12, "tb terabyte terabytes"},
	{"PB", "data", 1e15, "pb petabyte petabytes"},
	{"KiB", "data", 1024, "kib"},
	{"MiB", "data", 1 << 20, "mib"},
	{"GiB", "data", 1 << 30, "gib"},
	{"TiB", "data", 1 << 40, "tib"},
	{"Mbit/s", "rate", 1e6, "mbps mbit"},
	{"Gbit/s", "rate", 1e9, "gbps gbit"},

	{"W", "power", 1, "w watt watts 瓦 वाट"},
	{"kW", "power", 1e3, "kw kilowatt kilowatts 千瓦 किलोवाट"},
	{"MW", "power", 1e6, "mw megawatt megawatts 兆瓦 मेगावाट"},
	{"Wh", "energy", 1, "wh"},
	{"kWh", "energy", 1e3, "kwh 千瓦时 千瓦小时 度电"},
	{"MWh", "energy", 1e6, "mwh"},
	{"V", "voltage", 1, "v volt volts 伏 伏特 वोल्ट"},
	{"A", "current", 1, "amp amps ampere amperes 安培"},
	{"mA", "current", 1e-3, "ma milliamp milliamps 毫安"},
	{"Hz", "frequency", 1, "hz hertz 赫兹"},
	{"kHz", "frequency", 1e3, "khz"},
	{"MHz", "frequency", 1e6, "mhz"},
	{"GHz", "frequency", 1e9, "ghz"},
	{"°C", "temperature", 1, "°c ℃ celsius 摄氏度 सेल्सियस"},
	{"bar", "pressure", 1e5, "bar 巴"},
	{"Pa", "pressure", 1, "pa"},
	{"kPa", "pressure", 1e3, "kpa 千帕"},
	{"MPa", "pressure", 1e6, "mpa 兆帕"},
	{"rpm", "rotation", 1, "rpm"},
	{"dB", "level", 1, "db 分贝"},
	{"km/h", "speed", 1, "kph kmh"},
}

// currencyTable names currencies by ISO 4217 code, with the words and symbols that stand for them. The words of "$" and "¥" stand for
// several currencies: they agree with each of them.
var currencyTable = []struct{ code, words, minor string }{
	{"EUR", "€ eur euro euros 欧元 यूरो", ""},
	{"USD", "usd us$ 美元 美金", ""},
	{"$", "$ dollar dollars 刀 डॉलर", "cents"},
	{"GBP", "£ gbp sterling 英镑 पाउंड", "pence"},
	{"CNY", "cny rmb yuan renminbi 元 块 块钱 元人民币 人民币 युआन", ""},
	{"JPY", "jpy yen 日元 日圆 येन", ""},
	{"¥", "¥", ""},
	{"INR", "₹ inr rs rupee rupees 卢比 रुपये रुपए रुपया रुपयों रु रू", "paise पैसे"},
	{"CHF", "chf francs 瑞士法郎", ""},
	{"AUD", "aud a$ 澳元", ""}, {"CAD", "cad c$ 加元", ""}, {"HKD", "hkd hk$ 港元 港币", ""}, {"SGD", "sgd s$ 新加坡元 新元", ""},
	{"NZD", "nzd nz$", ""}, {"TWD", "twd nt$ 新台币", ""},
	{"SEK", "sek", ""}, {"NOK", "nok", ""}, {"DKK", "dkk", ""}, {"PLN", "pln zł zloty", ""}, {"CZK", "czk", ""}, {"HUF", "huf", ""},
	{"KRW", "krw ₩ won 韩元", ""}, {"BRL", "brl r$", ""}, {"MXN", "mxn", ""}, {"ZAR", "zar", ""}, {"TRY", "₺", ""},
	{"RUB", "rub ₽ 卢布", ""}, {"AED", "aed", ""}, {"SAR", "sar", ""}, {"THB", "thb ฿ 泰铢", ""}, {"VND", "vnd ₫", ""},
	{"IDR", "idr", ""}, {"MYR", "myr", ""}, {"PHP", "php ₱", ""}, {"ILS", "ils ₪", ""}, {"NGN", "ngn ₦", ""},
}

// dollars and yens are the currencies that an ambiguous symbol may stand for.
func dollars(code string) bool {
	switch code {
	case "$", "USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN":
		return true
	}
	return false
}

func sameCurrency(a, b string) bool {
	switch {
	case a == b, a == "", b == "":
		return true
	case a == "$":
		return dollars(b)
	case b == "$":
		return dollars(a)
	case a == "¥":
		return b == "CNY" || b == "JPY"
	case b == "¥":
		return a == "CNY" || a == "JPY"
	}
	return false
}
