const people = 12
const days = 5

/**
 * Rows of an event log in which a dozen customers visit, and buy for 10, for five days until 10 January 2025: enough that
 * what touches somebody else is a small part of every table.
 */
export const bystanders: readonly object[] = Array.from({ length: people * days }, (_, index) => {
  const [person, day] = [index % people, Math.floor(index / people)]
  const at = { time: `2025-01-${String(6 + day).padStart(2, '0')}T${10 + (person % 8)}:00:00Z` }
  const who = { customer: `bystander-${person}`, device: `bystander-device-${person}` }
  return day === days - 1
    ? { ...who, ...at, event: 'purchase', revenue: 10, order: `bystander-order-${person}` }
    : { ...who, ...at, event: 'visit', page_url: `https://shop.example/${day}` }
})
