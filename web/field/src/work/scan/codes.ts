/**
 * Reading codes from a camera's pictures: by the browser where it can (Barcode Detection API, WICG: bar codes and QR),
 * else QR codes by jsQR, which is loaded then.
 */

/** What reads a code from the picture that a video shows; null: there is none in it. */
export type Reader = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect(source: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** The best reader here, and whether it knows more than QR codes. */
export async function reader(formats: readonly string[]): Promise<{ readonly read: Reader; readonly bars: boolean }> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const known = BarcodeDetector === undefined ? [] : await BarcodeDetector.getSupportedFormats();
  const wanted = formats.length === 0 ? known : known.filter((one) => formats.includes(one));
  if (BarcodeDetector !== undefined && wanted.length > 0) {
    const detector = new BarcodeDetector({ formats: wanted });
    return { bars: wanted.some((one) => one !== "qr_code"), read: async (video) => (await detector.detect(video))[0]?.rawValue ?? null };
  }
  const { default: jsQR } = await import("jsqr");
  const canvas = document.createElement("canvas");
  const surface = canvas.getContext("2d", { willReadFrequently: true });
  if (surface === null) throw new Error("This browser cannot look at pictures.");
  return {
    bars: false,
    read: async (video) => {
      const { width, height } = fitting(video.videoWidth, video.videoHeight);
      if (width === 0) return null;
      canvas.width = width;
      canvas.height = height;
      surface.drawImage(video, 0, 0, width, height);
      const found = jsQR(surface.getImageData(0, 0, width, height).data, width, height, { inversionAttempts: "dontInvert" });
      return found === null || found.data === "" ? null : found.data;
    },
  };
}

/** A code is found as well in a smaller picture, and sooner. */
const LONGEST = 800;

function fitting(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
