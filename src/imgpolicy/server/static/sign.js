// A signature that is drawn: points alone go to the server, in the order in which they were drawn.

const part = document.querySelector("[data-signature]");
const canvas = part.querySelector("canvas");
const field = document.querySelector("input[name=strokes]");
const pen = canvas.getContext("2d");
const most = 4000;
let strokes = [];
let drawing = null;

part.hidden = false;
pen.lineWidth = 3;
pen.lineCap = "round";
pen.strokeStyle = getComputedStyle(canvas).color;

const place = (event) => {
  const box = canvas.getBoundingClientRect();
  const within = (at, size) => Math.max(0, Math.min(size - 1, Math.round(at * size)));
  return [
    within((event.clientX - box.left) / box.width, canvas.width),
    within((event.clientY - box.top) / box.height, canvas.height),
  ];
};
const keep = () => { field.value = strokes.map((stroke) => stroke.map((at) => at.join(",")).join(" ")).join(";"); };

canvas.addEventListener("pointerdown", (event) => {
  drawing = [place(event)];
  strokes.push(drawing);
  canvas.setPointerCapture(event.pointerId);
  pen.beginPath();
  pen.moveTo(...drawing[0]);
  keep();
});
canvas.addEventListener("pointermove", (event) => {
  if (!drawing || strokes.flat().length >= most) return;
  const at = place(event);
  drawing.push(at);
  pen.lineTo(...at);
  pen.stroke();
  keep();
});
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drawing = null; });
part.querySelector("[data-clear]").addEventListener("click", () => {
  strokes = [];
  pen.clearRect(0, 0, canvas.width, canvas.height);
  keep();
});
