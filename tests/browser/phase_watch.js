() => {
  const canvas = () => document.querySelector(".panel-phase canvas");
  window.seen = [];  // at each frame: labels, caption, choices, and the dashed curves that were drawn
  let [labels, dashed, path] = [[], [], []];
  const {prototype} = CanvasRenderingContext2D;
  const original = {...Object.fromEntries(["fillText", "stroke", "moveTo", "lineTo", "beginPath", "clearRect"].map((name) => [name, prototype[name]]))};
  const mine = (context) => context.canvas === canvas();
  prototype.clearRect = function (...a) { if (mine(this)) [labels, dashed] = [[], []]; return original.clearRect.apply(this, a); };
  prototype.beginPath = function (...a) { if (mine(this)) path = []; return original.beginPath.apply(this, a); };
  for (const name of ["moveTo", "lineTo"])
    prototype[name] = function (...a) { if (mine(this)) path.push(...a); return original[name].apply(this, a); };
  prototype.stroke = function (...a) {
    if (mine(this) && this.getLineDash().length > 0 && path.length >= 12) dashed.push(path.slice(0, 40).join());
    return original.stroke.apply(this, a);
  };
  prototype.fillText = function (text, ...a) {
    if (mine(this) && /^[A-Za-z]/.test(text)) labels.push(text.replace(/ \[.*/, ""));
    return original.fillText.call(this, text, ...a);
  };
  const look = () => {
    const note = document.querySelector(".panel-phase .note")?.textContent ?? "";
    const axes = [...document.querySelectorAll(".panel-phase select")].filter((s) => /axis/.test(s.getAttribute("aria-label") ?? s.labels[0]?.textContent));
    const choices = axes.map((s) => s.value);
    const [, x, y] = /where (\w+) \(dashed\) and (\w+)/.exec(note) ?? [];
    window.seen.push({labels: labels.filter((l) => !l.startsWith("I")), caption: [x, y], choices: choices.toReversed(), dashed: [...dashed]});
    requestAnimationFrame(look);
  };
  look();
}
