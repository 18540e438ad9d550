/** Colors of the page for a canvas, which does not resolve light-dark(): the browser does it on an element. */
export function chartColors() {
  const { fontFamily } = getComputedStyle(document.body);
  const probe = document.createElement('span');
  document.body.append(probe);
  const color = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const [ink, calm, alarm, soft] = [color('--ink'), color('--calm'), color('--fail'), color('--line-soft')];
  probe.remove();
  const axis = {
    stroke: ink,
    grid: { stroke: soft, width: 1 },
    ticks: { stroke: soft },
    font: `14px ${fontFamily}`,
  };
  return { ink, calm, alarm, axis };
}
