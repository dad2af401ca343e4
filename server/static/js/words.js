// Numbers and times as the pages print them; the same rules as server/pages/words.py.

const MINUS = "\u2212";

export function number(value, decimals = 0, signed = false) {
  const text = Math.abs(value).toLocaleString("en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  if (!/[1-9]/.test(text)) return text;
  if (value < 0) return MINUS + text;
  return signed ? `+${text}` : text;
}

export function degrees(value, signed = false) {
  return value === null || value === undefined ? "n/a" : `${number(value, 1, signed)}°`;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

// "12:30", "1:02:03" or a plain number of minutes; null where it is none of these.
export function readClock(text) {
  const parts = text.trim().split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  const values = parts.map(Number);
  if (values.length === 1) return values[0] * 60;
  return values.reduce((total, value) => total * 60 + value, 0);
}
