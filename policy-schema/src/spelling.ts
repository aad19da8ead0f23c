/** What was meant by a word that is not known: a known one that it is one slip away from. */
export function closeTo(given: string, known: Iterable<string>): string | undefined {
  return [...known].find(each => isClose(each, given))
}

/** One letter more, less, other, or two swapped; or only the case differs. */
function isClose(known: string, given: string): boolean {
  if (known.toLowerCase() === given.toLowerCase()) return true
  if (Math.abs(known.length - given.length) > 1) return false
  let i = 0
  while (i < known.length && known[i] === given[i]) i++
  const [restKnown, restGiven] = [known.slice(i), given.slice(i)]
  return (
    restKnown.slice(1) === restGiven ||
    restKnown === restGiven.slice(1) ||
    restKnown.slice(1) === restGiven.slice(1) ||
    (restKnown.slice(2) === restGiven.slice(2) && restKnown[0] === restGiven[1] && restKnown[1] === restGiven[0])
  )
}
