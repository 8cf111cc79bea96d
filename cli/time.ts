// Moments and the days between them, as the commands print them.

/** Whole days, rounded down. */
export function daysBetween(from: string | Date, to: string | Date): number {
  return Math.floor((new Date(to).getTime() - new Date(from).getTime()) / 86_400_000);
}

/**
 * @example minuteOf("2026-11-30T12:04:09.000Z") // "2026-11-30 12:04 UTC"
 */
export function minuteOf(moment: string | Date): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
