() => {
  // Of the canvas of the diagram: boxes of labels, and segments of what is stroked in the plane.
  const mine = (context) => context.canvas === document.querySelector(".panel-diagram canvas");
  const {prototype} = CanvasRenderingContext2D;
  const names = ["fillText", "fillRect", "stroke", "moveTo", "lineTo", "arc", "beginPath", "clearRect"];
  const own = Object.fromEntries(names.map((name) => [name, prototype[name]]));
  let [path, at] = [[], null];
  window.drawn = {labels: [], segments: [], patches: 0};
  prototype.clearRect = function (...a) {
    if (mine(this)) window.drawn = {labels: [], segments: [], patches: 0};
    return own.clearRect.apply(this, a);
  };
  prototype.fillRect = function (...a) { if (mine(this)) window.drawn.patches++; return own.fillRect.apply(this, a); };
  prototype.beginPath = function (...a) { if (mine(this)) path = []; return own.beginPath.apply(this, a); };
  prototype.moveTo = function (x, y) { if (mine(this)) at = [x, y]; return own.moveTo.call(this, x, y); };
  prototype.arc = function (x, y, r, ...a) {
    if (mine(this)) path.push([x - r, y, x + r, y], [x, y - r, x, y + r]);
    return own.arc.call(this, x, y, r, ...a);
  };
  prototype.lineTo = function (x, y) {
    if (mine(this)) { path.push([...at, x, y]); at = [x, y]; }
    return own.lineTo.call(this, x, y);
  };
  prototype.stroke = function (...a) {
    // thin lines are the grid, or lead from a label to its mark
    if (mine(this) && this.lineWidth > devicePixelRatio) window.drawn.segments.push(...path);
    return own.stroke.apply(this, a);
  };
  prototype.fillText = function (text, x, y, ...a) {
    if (mine(this) && /^[a-zH]/.test(text)) {
      const width = this.measureText(text).width;
      const left = this.textAlign === "right" ? x - width : x;
      window.drawn.labels.push([text, left, y - 5 * devicePixelRatio, width, 10 * devicePixelRatio]);
    }
    return own.fillText.call(this, text, x, y, ...a);
  };
}
