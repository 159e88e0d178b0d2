/** A signature as it is drawn: strokes of points, in shares of the pad's width, so that a turned phone keeps them. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Stroke = readonly Point[];

/** Width to height of what is drawn on. */
export const SHAPE = 2.2;
const WIDTH = 900;
const LINE = 0.006;

/** Draw strokes on a surface of so many pixels in width: a smooth line through the middles of the points. */
export function draw(surface: CanvasRenderingContext2D, strokes: readonly Stroke[], width: number, ink: string): void {
  surface.lineCap = "round";
  surface.lineJoin = "round";
  surface.lineWidth = Math.max(2, LINE * width);
  surface.strokeStyle = ink;
  surface.fillStyle = ink;
  for (const stroke of strokes) {
    const points = stroke.map(({ x, y }) => ({ x: x * width, y: y * width }));
    const [first, ...rest] = points;
    if (first === undefined) continue;
    surface.beginPath();
    if (rest.length === 0) {
      surface.arc(first.x, first.y, surface.lineWidth / 2, 0, 2 * Math.PI);
      surface.fill();
      continue;
    }
    surface.moveTo(first.x, first.y);
    let before = first;
    for (const point of rest) {
      surface.quadraticCurveTo(before.x, before.y, (before.x + point.x) / 2, (before.y + point.y) / 2);
      before = point;
    }
    surface.lineTo(before.x, before.y);
    surface.stroke();
  }
}

/** As a picture: black on white, whatever the screen's colours are. */
export async function pictureOf(strokes: readonly Stroke[]): Promise<Blob> {
  return await painted((surface) => draw(surface, strokes, WIDTH, "#000"));
}

/** A name written out, for whoever cannot draw on glass. */
export async function pictureOfName(name: string): Promise<Blob> {
  return await painted((surface) => {
    surface.fillStyle = "#000";
    surface.textAlign = "center";
    surface.textBaseline = "middle";
    surface.font = "italic 72px Georgia, 'Songti SC', serif";
    surface.fillText(name, WIDTH / 2, WIDTH / SHAPE / 2, WIDTH * 0.9);
  });
}

/** How much was drawn, in widths of the pad: a dot is no signature. */
export function lengthOf(strokes: readonly Stroke[]): number {
  let length = 0;
  for (const stroke of strokes) {
    stroke.forEach((point, index) => {
      const before = stroke[index - 1];
      if (before !== undefined) length += Math.hypot(point.x - before.x, point.y - before.y);
    });
  }
  return length;
}

async function painted(paint: (surface: CanvasRenderingContext2D) => void): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round(WIDTH / SHAPE);
  const surface = canvas.getContext("2d");
  if (surface === null) throw new Error("This browser cannot draw.");
  surface.fillStyle = "#fff";
  surface.fillRect(0, 0, canvas.width, canvas.height);
  paint(surface);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("This browser cannot write a picture.")) : resolve(blob)), "image/png");
  });
}
