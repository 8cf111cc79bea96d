// Keeps the results of a pure function for the life of the process.

/**
 * A function that computes the result for each argument once. `make` depends on nothing else, so
 * that it does not matter what the process did before.
 */
export function cached<Argument, Result>(make: (argument: Argument) => Result): (argument: Argument) => Result {
  const results = new Map<Argument, Result>();
  return (argument) => {
    if (!results.has(argument)) results.set(argument, make(argument));
    return results.get(argument) as Result;
  };
}
