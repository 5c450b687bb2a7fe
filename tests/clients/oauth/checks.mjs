// Lines that `tests/clients/run` counts.
export function checks(who) {
  return (name, expected, got) => {
    const [wanted, told] = [JSON.stringify(expected), JSON.stringify(got)];
    if (told !== wanted) process.exitCode = 1;
    console.log(told === wanted ? `ok    ${who} ${name}` : `FAIL  ${who} ${name}: expected ${wanted}, got ${told}`);
  };
}
