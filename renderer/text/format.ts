// Figures, sizes and dates as the language of the window writes them.
export interface Format {
  count(value: number): string
  /** One decimal below 10, none above. */
  rate(value: number): string
  percent(fraction: number): string
  bytes(value: number): string
  /** A budget, in powers of two: 2,147,483,648 -> "2 GB". */
  gigabytes(value: number): string
  /** 191,034,880 -> "0.19B": the way models are named. */
  parameters(value: number): string
  dateTime(time: number): string
  time(time: number): string
  month(time: number): string
  /** Short, for narrow places. */
  day(time: number): string
  /** "2026-09-30", a day of the calendar wherever one is. */
  date(date: string): string
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

export function createFormat(locale: string): Format {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'short' })
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' })
  return {
    count: (value) => whole.format(value),
    rate: (value) => (value < 10 ? decimal : whole).format(value),
    percent: (fraction) => percent.format(fraction),
    bytes(value) {
      let rest = value
      let unit = 0
      // Decimal units, as disks and model pages use them.
      while (rest >= 1000 && unit < UNITS.length - 1) {
        rest /= 1000
        unit += 1
      }
      return `${(unit === 0 || rest >= 100 ? whole : short).format(rest)} ${UNITS[unit] ?? 'B'}`
    },
    gigabytes: (value) => `${short.format(value / 1024 ** 3)} GB`,
    parameters(value) {
      if (value >= 1e8) return `${Number((value / 1e9).toPrecision(2))}B`
      if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`
      return `${Number((value / 1e3).toPrecision(2))}K`
    },
    dateTime: (value) => dateTime.format(value),
    time: (value) => time.format(value),
    month: (value) => month.format(value),
    day: (value) => day.format(value),
    date: (value) => date.format(Date.parse(value)),
  }
}
